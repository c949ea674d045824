/**
 * Moments by the visitor's own clock: "today, 14:05".
 *
 *   <local-time today="today, {time}" yesterday="yesterday, {time}">
 *     <time datetime="2026-11-26T12:05:00Z">Nov. 26, 2026, 12:05</time></local-time>
 */
const DAY_MS = 86_400_000;

class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const moment = new Date(time.dateTime);
    const say = (style) => new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
    const days = Math.round((midnight(new Date()) - midnight(moment)) / DAY_MS);
    const words = this.getAttribute(["today", "yesterday"][days] ?? "");
    time.textContent = words
      ? words.replace("{time}", say({ timeStyle: "short" }))
      : say({ dateStyle: "medium", timeStyle: "short" });
  }
}

function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

customElements.define("local-time", LocalTime);
