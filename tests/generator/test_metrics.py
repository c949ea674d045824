"""How like real music a batch of pieces is: what the figures say, and where they end."""

from dataclasses import replace

import numpy as np
import pytest

from generator import metrics
from generator.grid import GridScore
from generator.metrics import densities, features

LIKENESS = 20  # seed


def rng(seed=LIKENESS) -> np.random.Generator:
    """Return chance that is the same in every run."""
    return np.random.default_rng(seed)


def dance(chance, n=150, *, name="dance", middle=45, lengths=(6, 12, 24)) -> GridScore:
    """Return a made-up piece: a walk over the keys in two or three note values, with dynamics."""
    steps = chance.choice([0, *lengths], size=n)
    pitches = middle + np.cumsum(chance.choice([-4, -3, -1, 1, 3, 4], size=n)) % 24
    durations, velocities = chance.choice(lengths, size=n), chance.integers(30, 100, size=n)
    rows = np.column_stack([np.cumsum(steps), pitches, durations, velocities])
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    is_new = np.concatenate([[True], (np.diff(rows[:, :2], axis=0) != 0).any(axis=1)])
    return GridScore(notes=rows[is_new], name=name, composer="chance")


def dances(n: int, seed: int, **choices) -> list[GridScore]:
    """Return ``n`` made-up works, each with a name of its own."""
    chance = rng(seed)
    return [dance(chance, name=f"dance no {i}.", **choices) for i in range(n)]


def shifted(real, away):
    """Return real distances and others, as densities on the grid over both."""
    real, other = np.asarray(real, float), np.asarray(real, float) + away
    grid = densities.grid_over(real, other)
    return [grid.densities(grid.counts(row[None])[0]) for row in (real, other)]


# Densities


def test_the_same_distances_agree_wholly():
    """A set and itself share all of their area, and diverge by nothing."""
    one, other = shifted(rng().gamma(3, size=300), 0)

    assert (1.0, 0.0) == (
        pytest.approx(densities.overlap(one, other)),
        pytest.approx(densities.divergence(one, other), abs=1e-12),
    )


def test_distances_far_apart_share_nothing_and_diverge_by_a_finite_amount():
    """Two heaps at either end of the grid do not overlap, and the logarithm stays finite."""
    one, other = shifted(rng().uniform(0, 1, 300), 50)

    assert 0.0 == pytest.approx(densities.overlap(one, other), abs=1e-3)
    assert 5 < densities.divergence(one, other) < np.log(1 / densities.LEAST) + 1


def test_the_divergence_grows_with_the_way_between():
    """It is above 0 as soon as the two differ, and larger for what lies farther off."""
    distances = rng().normal(10, 1, 400)
    near, far = (float(densities.divergence(*shifted(distances, away))) for away in (0.5, 2.0))

    assert 0 < near < far


def test_two_bells_a_width_apart_overlap_as_the_integral_says():
    """Of two normal distributions whose means lie 2 apart, 0.317 of the area is common."""
    distances = rng().normal(0, 1, 200_000)

    assert 0.317 == pytest.approx(float(densities.overlap(*shifted(distances, 2.0))), abs=0.01)


def test_distances_that_are_all_the_same_still_have_a_density():
    """Pieces that do not differ at all make one heap, not a division by nothing."""
    one, other = shifted(np.full(10, 0.5), 0.0)

    assert 1.0 == pytest.approx(float(densities.overlap(one, other)))


# Features


def test_features_are_what_can_be_counted_by_hand():
    """C, then E and G together, then C again: shares, range and keys held at once."""
    rows = [(0, 39, 24, 64), (24, 43, 24, 64), (24, 46, 24, 64), (72, 39, 24, 80)]
    notes = np.array(rows)

    assert {0: 0.5, 4: 0.25, 7: 0.25} == counted(features.pitch_classes(notes))
    assert {4: 1 / 3, 4 * 12 + 7: 1 / 3, 7 * 12: 1 / 3} == counted(features.transitions(notes))
    assert {24 + 4: 1 / 3, 24 + 3: 1 / 3, 24 - 7: 1 / 3} == counted(features.interval_shares(notes))
    assert [7] == features.compass(notes).tolist()
    assert {0: 0.25, 1: 0.5, 2: 0.25} == counted(features.polyphony(notes))
    assert {4: 0.75, 5: 0.25} == counted(features.velocities(notes))


def counted(shares) -> dict[int, float]:
    """Return the shares that are not 0, by class."""
    return {int(i): pytest.approx(float(shares[i])) for i in np.flatnonzero(shares)}


@pytest.mark.parametrize("name", sorted(features.FEATURES))
def test_shares_sum_to_one_and_a_piece_without_notes_has_none(name):
    """Every feature but the range is a row of shares; nothing has shares of nothing."""
    count, notes = features.FEATURES[name], dance(rng()).notes

    whole = 23 if name == "range" else 1.0
    assert (whole, 0.0) == (pytest.approx(count(notes).sum()), count(notes[:0]).sum())


def test_an_excerpt_is_the_middle_of_a_piece():
    """Of 10 notes the middle 4 are kept; a piece that is shorter stays whole."""
    piece = dance(rng(), 300)
    begin = (len(piece.notes) - 4) // 2

    assert piece.notes[begin : begin + 4].tolist() == features.excerpt(piece, 4).notes.tolist()
    assert len(piece.notes) == len(features.excerpt(piece, 9999).notes)


# Likeness


def test_pieces_of_the_same_kind_are_alike_and_others_are_not():
    """Dances of one kind reach the ceiling; in other note values and lower they do not."""
    reference = dances(30, 1)
    like = metrics.likeness(dances(12, 2), reference, rng=rng())
    unlike = metrics.likeness(dances(12, 3, lengths=(3, 48), middle=20), reference, rng=rng())

    assert like.mean_overlap > 0.85
    assert unlike.mean_overlap < 0.7
    assert unlike.features["note_lengths"].overlap < 0.3
    assert unlike.features["range"].overlap > 0.7


def test_a_set_is_as_like_itself_as_can_be():
    """Held against itself a set agrees in every feature, all but the zeros from each to itself."""
    reference = dances(30, 1)
    own = metrics.likeness(reference, reference, rng=rng(), n_bootstrap=10)

    assert 0.9 < min(one.overlap for one in own.features.values())
    assert 0.05 > max(one.divergence for one in own.features.values())


def test_no_work_is_held_against_itself():
    """With few works the zeros from each to itself would weigh, and push all others away."""
    batches = [
        metrics.likeness(dances(40, seed), dances(4, 100 + seed), rng=rng(), n_bootstrap=0)
        for seed in range(5)
    ]

    assert np.mean([told.mean_overlap for told in batches]) > 0.77


def test_every_feature_is_told_with_finite_figures():
    """Eight features, each with an overlap in its interval within 0 and 1, and a divergence."""
    told = metrics.likeness(dances(8, 2), dances(20, 1), rng=rng())

    assert list(features.FEATURES) == list(told.features)
    for one in told.features.values():
        assert 0 <= one.low <= one.overlap <= one.high <= 1
        assert 0 <= one.divergence < 20
    assert told.low <= told.mean_overlap <= told.high


def test_the_interval_shrinks_with_the_number_of_pieces():
    """With 64 pieces the mean is known better than with 4."""
    reference, many = dances(30, 1), dances(64, 2)
    few, all_of_them = (metrics.likeness(p, reference, rng=rng()) for p in (many[:4], many))

    assert all_of_them.high - all_of_them.low < few.high - few.low


def test_the_same_chance_gives_the_same_figures():
    """The generator that is handed in is the only source of chance."""
    pieces, reference = dances(6, 2), dances(12, 1)

    one, other = (metrics.likeness(pieces, reference, rng=rng()).to_dict() for _ in range(2))

    assert one == other


def test_the_floor_lies_under_the_ceiling():
    """Random notes in a flat rhythm are less like dances than dances are."""
    reference = dances(24, 1)
    floor, ceiling = (measure(reference, rng()) for measure in (metrics.floor, metrics.ceiling))

    assert floor.high < ceiling.low
    assert floor.features["onset_steps"].overlap < 0.2


def test_the_ceiling_can_be_that_of_a_small_batch():
    """Ten pieces of 60 notes are held against the other half, as ten of ours would be."""
    ceiling = metrics.ceiling(dances(30, 1), rng(), n_pieces=10, n_notes=60)

    assert (10, 15, 60) == (ceiling.n_pieces, ceiling.n_reference, ceiling.n_notes)


def test_no_half_has_a_part_of_a_work_of_the_other():
    """Works whose files are all one work cannot be dealt to two halves."""
    movements = [replace(one, name=f"sonata_{i}.mid") for i, one in enumerate(dances(12, 1))]

    with pytest.raises(ValueError, match="1 works make no two halves"):
        metrics.ceiling(movements, rng())


def flat(piece: GridScore) -> GridScore:
    """Return ``piece`` with all notes equally loud."""
    onsets, pitches, durations, _ = piece.notes.T
    rows = np.column_stack([onsets, pitches, durations, np.full(len(onsets), 64)])
    return replace(piece, notes=rows)


def test_works_of_one_loudness_have_no_part_in_velocity():
    """A score teaches notes and not loudness: with scores alone the feature is left out."""
    played, scores = dances(12, 1), [flat(one) for one in dances(12, 4)]

    by_scores, by_both, by_played = (
        metrics.likeness(dances(6, 2), reference, rng=rng()).features
        for reference in (scores, played + scores, played)
    )

    assert "velocity" not in by_scores
    assert by_played["velocity"].overlap == pytest.approx(by_both["velocity"].overlap)


def test_pieces_of_one_loudness_are_unlike_music_that_is_played():
    """That a piece has no dynamics is held against it."""
    pieces = [flat(one) for one in dances(8, 2)]

    assert metrics.likeness(pieces, dances(20, 1), rng=rng()).features["velocity"].overlap < 0.3


def test_too_few_works_are_refused():
    """Two works have one distance, which has no spread."""
    with pytest.raises(ValueError, match="2 works cannot be compared"):
        metrics.likeness(dances(4, 2), dances(2, 1), rng=rng())


# Telling apart


def test_what_is_of_one_kind_cannot_be_told_apart_and_what_is_not_can():
    """A classifier guesses at dances of one kind, and knows those in other note values."""
    reference = dances(30, 1)

    alike = metrics.told_apart(dances(15, 2), reference, rng=rng())
    unlike = metrics.told_apart(dances(15, 2, lengths=(8, 16, 36)), reference, rng=rng())

    assert 0.3 < alike < 0.7
    assert 0.95 < unlike <= 1
