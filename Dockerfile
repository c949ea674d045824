# One image for every role; docker-compose.yml says which command each container runs.
#
# Every RUN line also holds on a plain Debian 12: docker build --build-arg BASE=debian:bookworm-slim .
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE}

# The packages of bin/setup, less Redis, which has a container of its own.
RUN apt-get update && \
    apt-get install --yes --no-install-recommends \
      ca-certificates fluid-soundfont-gm fluidsynth libfluidsynth3 musescore3 python3-venv && \
    rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements-setup.lock requirements.lock ./
RUN python3 -m venv /opt/venv && \
    /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-setup.lock && \
    /opt/venv/bin/uv pip install --no-cache --python /opt/venv/bin/python --require-hashes -r requirements.lock

# What is written lies under /data alone, and belongs to a user who may write nowhere else.
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin impromptu

COPY . .
RUN /opt/venv/bin/python -m compileall -q generator webapp worker

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    IMPROMPTU_HOME=/data
USER impromptu
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "webapp.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
