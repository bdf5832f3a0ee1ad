"""Groups of opinion among points of the plane, in two steps as Polis takes them.

First the participants are gathered into at most a hundred base clusters of people who stand close
together. Then the base clusters, weighed by how many they hold, are gathered into a few groups;
how many groups tells the silhouette of the base clusters (Rousseeuw, 1987). Both steps are
k-means: every point goes to its nearest centre, every centre to the mean of its points, until
nothing moves (Lloyd, 1982).

Where Polis starts from the first participants it finds, the starts here depend on no order: base
clusters by splitting the widest cluster in two, again and again (Su and Dy, 2007, "In
search of deterministic methods for initializing K-means"); groups from every base cluster in
turn, of which the best end is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from coalition.analysis.arrays import FloatArray, IntArray

MOST_BASE = 100
FEWEST_GROUPS, MOST_GROUPS = 2, 5
# One more group is tried for every so many base clusters.
BASE_A_GROUP = 12
MOST_ROUNDS = 100
MANY = 50_000  # points from which on it pays to look on all cores; fewer take no time anyway
STILL = 0.01  # base clusters stand still when no centre moves farther
TIE = 1e-9  # distances, sums and silhouettes that differ by less are equal


@dataclass(frozen=True)
class Clusters:
    """Points gathered around centres. Clusters are numbered from 0, the largest first; of equal
    ones that with the earliest point."""

    labels: IntArray  # the cluster of each point
    centres: FloatArray  # clusters × 2
    sizes: IntArray  # how many people each holds


@dataclass(frozen=True)
class Tried:
    """Base clusters gathered into each number of groups that was tried, and how clearly each
    number tells groups apart: its silhouette, 1 when they stand far apart, 0 when they touch."""

    groups: dict[int, Clusters]
    silhouettes: dict[int, float]

    @property
    def best(self) -> int:
        """The number of groups with the highest silhouette, of equal ones the smallest."""
        highest = max(self.silhouettes.values())
        return min(k for k, value in self.silhouettes.items() if value > highest - TIE)


# --- Base clusters ---------------------------------------------------------------------------


def base_clusters(points: FloatArray, before: FloatArray | None = None) -> Clusters:
    """At most MOST_BASE clusters of n points (n × 2, n ≥ 1); one for each place where there are
    fewer places than that. `before` are centres to start from, of an earlier time."""
    if before is None or not len(before):
        everyone = np.zeros(len(points), np.int64)
        centres = _means(points, _split(points, everyone, MOST_BASE))
    else:
        centres = before
    labels = np.zeros(0, np.int64)
    for _ in range(MOST_ROUNDS):
        labels = _split(points, _without_empty(_nearest(points, centres)), MOST_BASE)
        moved = _means(points, labels)
        is_still = len(moved) == len(centres) and np.abs(moved - centres).max() < STILL
        centres = moved
        if is_still:
            break
    return _numbered(points, labels, np.ones(len(points)))


def _nearest(points: FloatArray, centres: FloatArray) -> IntArray:
    """The centre nearest to each point; of two as near, the first."""
    if len(centres) < 2:
        return np.zeros(len(points), np.int64)
    workers = -1 if len(points) >= MANY else 1
    distances, found = KDTree(centres).query(points, k=2, workers=workers)
    is_tie = distances[:, 1] - distances[:, 0] < TIE
    nearest: IntArray = np.where(is_tie, found.min(axis=1), found[:, 0]).astype(np.int64)
    return nearest


def _split(points: FloatArray, labels: IntArray, wanted: int) -> IntArray:
    """Splits the cluster with the greatest sum of squares at its mean, across the axis along which
    it is wider, until there are `wanted` or nothing is left to split."""
    if int(labels.max()) + 1 >= wanted:
        return labels
    labels = labels.copy()
    parts = np.split(np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels))[:-1])
    widths = [_width(points[part]) for part in parts]
    while len(parts) < wanted:
        at = int(np.argmax(widths))
        if widths[at] <= 0:
            break
        part = points[parts[at]]
        axis = int(np.argmax(part.var(axis=0)))
        is_low = part[:, axis] <= part[:, axis].mean()
        high = parts[at][~is_low]
        parts[at] = parts[at][is_low]
        parts.append(high)
        widths[at] = _width(points[parts[at]])
        widths.append(_width(points[high]))
        labels[high] = len(parts) - 1
    return labels


def _width(points: FloatArray) -> float:
    """The sum of squared distances from the mean; exactly 0 when all stand in one place."""
    if not np.ptp(points, axis=0).any():
        return 0.0
    return float(((points - points.mean(axis=0)) ** 2).sum())


def _means(points: FloatArray, labels: IntArray, weights: FloatArray | None = None) -> FloatArray:
    total = np.bincount(labels, weights)
    sums = [
        np.bincount(labels, points[:, axis] if weights is None else weights * points[:, axis])
        for axis in range(points.shape[1])
    ]
    means: FloatArray = np.stack(sums, axis=1) / total[:, None]
    return means


def _without_empty(labels: IntArray) -> IntArray:
    """Numbers without gaps, in the same order."""
    is_used = np.bincount(labels) > 0
    return labels if is_used.all() else (np.cumsum(is_used) - 1)[labels]


def _numbered(points: FloatArray, labels: IntArray, weights: FloatArray) -> Clusters:
    """The clusters by falling size, of equal ones by their earliest point."""
    found, first, labels = np.unique(labels, return_index=True, return_inverse=True)
    sizes = np.bincount(labels, weights)
    order = np.lexsort((first, -sizes))
    rank = np.empty(len(found), np.int64)
    rank[order] = np.arange(len(found))
    labels = rank[labels]
    return Clusters(labels, _means(points, labels, weights), sizes[order].astype(np.int64))


# --- Groups of base clusters -----------------------------------------------------------------


def grouped(base: Clusters) -> Tried:
    """The base clusters in 2 groups, in 3 and so on; one base cluster alone is one group."""
    points, weights = base.centres, base.sizes.astype(np.float64)
    if len(points) < FEWEST_GROUPS:
        alone = np.zeros(len(points), np.int64)
        return Tried({1: _numbered(points, alone, weights)}, {1: 0.0})
    most = min(MOST_GROUPS, FEWEST_GROUPS + len(points) // BASE_A_GROUP, len(points))
    distances = cdist(points, points)
    labels = {
        k: _best_of_all_starts(points, weights, distances, k)
        for k in range(FEWEST_GROUPS, most + 1)
    }
    return Tried(
        {k: _numbered(points, found, weights) for k, found in labels.items()},
        {k: silhouette(distances, found) for k, found in labels.items()},
    )


def _best_of_all_starts(
    points: FloatArray, weights: FloatArray, distances: FloatArray, k: int
) -> IntArray:
    """Weighted k-means begun from each base cluster in turn, all at once; of the ends the one with
    the smallest weighted sum of squares, of equal ones the one that was begun first."""
    everyone = np.arange(len(points))
    starts = [everyone]
    squares = distances**2
    reach = squares.copy()  # starts × points: how far a point is from the nearest chosen
    for _ in range(k - 1):
        # The greedy choice of k-means++: the one that has most weight far from those chosen.
        starts.append(_first_greatest(reach * weights))
        reach = np.minimum(reach, squares[starts[-1]])
    centres = points[np.stack(starts, axis=1)]  # starts × k × 2
    labels = np.full((len(points), len(points)), -1)
    cluster = everyone[:, None] * k  # the first cluster of each start, all starts counted through
    for _ in range(MOST_ROUNDS):
        found, gaps = _nearest_of_all_starts(points, centres)
        if (found == labels).all():
            break
        labels = found
        at = (cluster + labels).ravel()
        total, *sums = (
            np.bincount(at, np.tile(each, len(points)), len(points) * k).reshape(-1, k, 1)
            for each in (weights, *(weights * points.T))
        )
        # A centre that lost all its points stays where it is.
        moved = np.concatenate(sums, axis=2) / np.where(total > 0, total, 1)
        centres = np.where(total > 0, moved, centres)
    spread = (gaps * weights).sum(axis=1)
    best = labels[int(np.argmax(spread < spread.min() + TIE))]
    return _without_empty(_moved_one_by_one(points, weights, best, k))


def _nearest_of_all_starts(points: FloatArray, centres: FloatArray) -> tuple[IntArray, FloatArray]:
    """For each start and point the nearest of the start's centres (starts × k × 2), of two as
    near the first, and the squared distance to it."""
    labels = np.zeros((len(centres), len(points)), np.int64)
    nearest = np.full(labels.shape, np.inf)
    for cluster in range(centres.shape[1]):
        x, y = centres[:, cluster, :1], centres[:, cluster, 1:]
        gaps = (points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2
        is_nearer = gaps < nearest - TIE
        labels[is_nearer] = cluster
        nearest = np.where(is_nearer, gaps, nearest)
    return labels, nearest


def _moved_one_by_one(
    points: FloatArray, weights: FloatArray, labels: IntArray, k: int
) -> IntArray:
    """Moves the one point by which the sum of squares falls most, as long as it falls (Hartigan,
    1975). K-means stops where every point is nearest to its own centre, and does not see that
    the centres would follow a point that moves: three corners of a square against the fourth."""
    labels = labels.copy()
    rows = np.arange(len(points))
    for _ in range(MOST_ROUNDS):
        total = np.bincount(labels, weights, k)
        centres = np.stack([np.bincount(labels, weights * axis, k) for axis in points.T], axis=1)
        squares = cdist(points, centres / np.maximum(total, 1)[:, None], "sqeuclidean")
        own, left = total[labels], total[labels] - weights
        loses = np.where(left > 0, own * weights / np.maximum(left, 1), 0) * squares[rows, labels]
        adds = total * weights[:, None] / (total + weights[:, None]) * squares
        adds[rows, labels] = np.inf
        falls = loses - adds.min(axis=1)
        if falls.max() < TIE:
            break
        point = int(_first_greatest(falls))
        labels[point] = int(_first_greatest(-adds[point]))
    return labels


def _first_greatest(values: FloatArray) -> IntArray:
    """Along the last axis the first place whose value ties with the greatest."""
    first: IntArray = np.argmax(values > values.max(axis=-1, keepdims=True) - TIE, axis=-1)
    return first


def silhouette(distances: FloatArray, labels: IntArray) -> float:
    """The mean over all points of (b − a) / max(a, b), with a the mean distance to the others of
    the point's own cluster and b that to the nearest other cluster. A point that is alone in its
    cluster counts 0, and so does everything where there is one cluster only."""
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    sums = distances @ (labels[:, None] == np.arange(len(sizes)))  # points × clusters
    rows = np.arange(len(labels))
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / np.maximum(sizes, 1)
    others[rows, labels] = np.inf
    nearest = others.min(axis=1)
    greater = np.maximum(own, nearest)
    is_alone = (sizes[labels] == 1) | (greater == 0)
    return float(
        np.where(is_alone, 0.0, (nearest - own) / np.where(greater == 0, 1, greater)).mean()
    )
