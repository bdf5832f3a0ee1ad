"""Groups are what one sees with the naked eye, and depend on no order."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics import silhouette_score

from coalition.analysis.opinions.clusters import (
    MOST_BASE,
    Clusters,
    base_clusters,
    grouped,
    silhouette,
)

pytestmark = pytest.mark.any_database

coordinates = st.integers(-20, 20).map(lambda value: value / 4)
planes = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=9).map(
    lambda points: np.array(points, dtype=float)
)


def blobs(sizes: list[int], middles: list[tuple[float, float]], seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.concatenate(
        [random.normal(middle, 0.3, (size, 2)) for size, middle in zip(sizes, middles, strict=True)]
    )


def spread(points: np.ndarray, weights: np.ndarray, labels: np.ndarray) -> float:
    """The weighted sum of squared distances from the means of the clusters."""
    total = 0.0
    for cluster in set(labels.tolist()):
        inside = labels == cluster
        mean = np.average(points[inside], axis=0, weights=weights[inside])
        total += float((weights[inside] * ((points[inside] - mean) ** 2).sum(axis=1)).sum())
    return total


def test_base_clusters_of_few_places_are_the_places() -> None:
    points = np.array([[1, 0], [0, 0], [1, 0], [2, 5], [1, 0], [0, 0]], dtype=float)

    base = base_clusters(points)

    assert base.labels.tolist() == [0, 1, 0, 2, 0, 1]
    assert base.centres.tolist() == [[1, 0], [0, 0], [2, 5]]
    assert base.sizes.tolist() == [3, 2, 1]


@given(planes)
@settings(max_examples=40, deadline=None)
def test_every_place_is_a_base_cluster_from_any_start(points: np.ndarray) -> None:
    places = np.unique(points, axis=0)

    fresh, renewed = base_clusters(points), base_clusters(points, points[:2] + 0.1)

    assert len(fresh.centres) == len(places)
    for name in ("labels", "centres", "sizes"):
        assert getattr(fresh, name).tolist() == getattr(renewed, name).tolist()


def test_base_clusters_of_many_places_hold_everybody_nearby() -> None:
    points = blobs([1500, 1000, 500], [(0, 0), (6, 0), (0, 6)])

    base = base_clusters(points)

    assert len(base.centres) == MOST_BASE
    assert base.sizes.sum() == len(points)
    assert np.bincount(base.labels).tolist() == base.sizes.tolist()
    assert base.sizes.tolist() == sorted(base.sizes, reverse=True)
    nearest = cdist(points, base.centres).min(axis=1)
    own = np.linalg.norm(points - base.centres[base.labels], axis=1)
    assert (own - nearest).max() < 0.05
    order = np.random.default_rng(2).permutation(len(points))
    again = base_clusters(points[order])
    assert np.sort(again.sizes).tolist() == np.sort(base.sizes).tolist()


def test_groups_that_stand_apart_are_found() -> None:
    points = blobs([40, 90, 20, 60], [(0, 0), (5, 0), (0, 5), (5, 5)])

    base = base_clusters(points)
    tried = grouped(base)

    assert tried.best == 4
    assert tried.groups[4].sizes.tolist() == [90, 60, 40, 20]
    labels = tried.groups[4].labels[base.labels]
    assert labels.tolist() == [2] * 40 + [0] * 90 + [3] * 20 + [1] * 60


@given(planes, st.lists(st.integers(1, 9), min_size=9, max_size=9))
@settings(max_examples=25, deadline=None)
def test_groups_are_the_best_there_are(points: np.ndarray, weights: list[int]) -> None:
    """Beside every way to part so few points: never better, and hardly ever worse."""
    places = np.unique(points, axis=0)[:6]
    sizes = np.array(weights[: len(places)])
    base = Clusters(np.arange(len(places)), places, sizes)

    tried = grouped(base)

    assert min(tried.groups) == (1 if len(places) == 1 else 2)
    for k, groups in tried.groups.items():
        ways = [np.array(way) for way in product(range(k), repeat=len(places))]
        best = min(spread(places, sizes, way) for way in ways if len(set(way.tolist())) == k)
        found = spread(places, sizes, groups.labels)
        assert best - 1e-9 <= found <= 1.15 * best + 1e-9
        assert groups.sizes.tolist() == sorted(groups.sizes, reverse=True)
        assert groups.sizes.sum() == sizes.sum()


@given(planes, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_silhouette_is_the_one_of_the_peer(points: np.ndarray, random) -> None:
    labels = np.array([random.randrange(3) for _ in points])
    labels = np.unique(labels, return_inverse=True)[1]

    found = silhouette(cdist(points, points), labels)

    if 1 < labels.max() + 1 < len(points):
        assert found == pytest.approx(silhouette_score(points, labels), abs=1e-9)
    else:
        assert found == 0


def test_ties_go_to_the_smaller_number_and_the_first() -> None:
    """Four corners of a square: parted in two either way, the halves are equal."""
    corners = np.array([[0, 0], [0, 2], [2, 0], [2, 2]], dtype=float)

    tried = grouped(Clusters(np.arange(4), corners, np.ones(4, np.int64)))

    assert tried.best == 2
    assert tried.groups[2].sizes.tolist() == [2, 2]
    assert tried.groups[2].labels[0] == 0


@pytest.mark.parametrize("number", [1, 2, 500])
def test_everybody_in_one_place_is_one_group(number: int) -> None:
    base = base_clusters(np.full((number, 2), 0.1))

    tried = grouped(base)

    assert tried.best == 1
    assert tried.groups[1].sizes.tolist() == [number]


@pytest.mark.parametrize(
    ("places", "most"), [(2, 2), (3, 2), (11, 2), (12, 3), (23, 3), (24, 4), (40, 5)]
)
def test_more_groups_are_tried_of_more_base_clusters(places: int, most: int) -> None:
    """As Polis does: two, and one more for every twelve base clusters, five at most."""
    points = np.array([(at, at * at % 7) for at in range(places)], dtype=float)

    assert list(grouped(base_clusters(points)).groups) == list(range(2, most + 1))


def test_far_places_do_not_break_anything() -> None:
    points = np.array([[1e7, 0], [-1e7, 1e7], [0, 0], [0, 1e-9]])

    tried = grouped(base_clusters(points))

    assert sum(tried.groups[tried.best].sizes) == 4
