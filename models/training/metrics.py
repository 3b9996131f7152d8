"""Scores with their uncertainty. Intervals resample groups (patients), never single images of one patient."""
import numpy as np


def auc(scores, truth):
    """Mann-Whitney; ties count half. None when one class is missing."""
    positive, negative = scores[truth == 1], scores[truth == 0]
    if len(positive) == 0 or len(negative) == 0:
        return None
    order = np.concatenate([negative, positive])
    ranks = np.empty(len(order))
    sorted_values = np.sort(order)
    first = np.searchsorted(sorted_values, order, 'left')
    last = np.searchsorted(sorted_values, order, 'right')
    ranks = (first + last + 1) / 2
    total = ranks[len(negative):].sum() - len(positive) * (len(positive) + 1) / 2
    return float(total / (len(positive) * len(negative)))


def sensitivity(scores, truth, threshold):
    return None if not (truth == 1).any() else float((scores[truth == 1] >= threshold).mean())


def specificity(scores, truth, threshold):
    return None if not (truth == 0).any() else float((scores[truth == 0] < threshold).mean())


def expected_calibration_error(scores, truth, bins=10):
    """Equal-width bins, weighted by count."""
    which = np.minimum((scores * bins).astype(int), bins - 1)
    return float(sum(abs(scores[which == b].mean() - truth[which == b].mean()) * (which == b).mean()
                     for b in range(bins) if (which == b).any()))


def bootstrap(groups, statistic, draws=1000, seed=7):
    """95 % percentile interval of statistic(indices) over resampled groups."""
    names = sorted(set(groups))
    members = {name: np.flatnonzero(np.array(groups) == name) for name in names}
    random, values = np.random.RandomState(seed), []
    for _ in range(draws):
        picked = np.concatenate([members[names[i]] for i in random.randint(0, len(names), len(names))])
        value = statistic(picked)
        if value is not None:
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def with_interval(groups, statistic):
    value = statistic(np.arange(len(groups)))
    return None if value is None else {'value': round(value, 4), 'ci95': bootstrap(groups, statistic)}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def logit(p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return np.log(p / (1 - p))


def fit_temperature(logits, truth, weights):
    """The divisor of the logits with the least weighted log loss, by golden-section search on 0.2..5."""
    def loss(temperature):
        p = np.clip(sigmoid(logits / temperature), 1e-7, 1 - 1e-7)
        return -np.average(truth * np.log(p) + (1 - truth) * np.log(1 - p), weights=weights)
    low, high, ratio = 0.2, 5.0, (5 ** 0.5 - 1) / 2
    for _ in range(60):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return (low + high) / 2


def fit_platt(logits, truth, weights):
    """(scale, bias) of the logits with the least weighted log loss, by Newton's method."""
    columns, answer = np.stack([logits, np.ones_like(logits)], axis=1), np.array([1.0, 0.0])
    weights = weights / weights.sum()
    for _ in range(60):
        p = sigmoid(columns @ answer)
        slope = columns.T @ (weights * (p - truth))
        curve = (columns * (weights * p * (1 - p))[:, None]).T @ columns + 1e-9 * np.eye(2)
        answer = answer - np.linalg.solve(curve, slope)
    return float(answer[0]), float(answer[1])


def folds_of(groups, folds):
    """group -> fold; the same folds on every run."""
    names = sorted(set(groups))
    order = np.random.RandomState(11).permutation(len(names))
    return {names[j]: i % folds for i, j in enumerate(order)}


def binary_figures(scores, truth, groups, threshold, alert):
    at = lambda measure, *limit: with_interval(groups, lambda i: measure(scores[i], truth[i], *limit))
    return {'images': len(truth), 'positives': int(truth.sum()), 'patients': len(set(groups)), 'auc': at(auc),
            'sensitivity': at(sensitivity, threshold), 'specificity': at(specificity, threshold),
            'alertSensitivity': at(sensitivity, alert), 'alertSpecificity': at(specificity, alert),
            'ece': round(expected_calibration_error(scores, truth), 4)}


def youden_threshold(scores, truth, parts):
    """The threshold with the largest mean over parts of sensitivity + specificity; the middle of a plateau."""
    grid = np.round(np.arange(0.02, 0.981, 0.005), 3)
    gain = [np.mean([sensitivity(scores[p], truth[p], t) + specificity(scores[p], truth[p], t) for p in parts]) for t in grid]
    best = np.flatnonzero(np.array(gain) >= max(gain) - 1e-9)
    return float(grid[best[len(best) // 2]])


def specific_threshold(scores, truth, parts, wanted):
    """The least threshold at which every part reaches the wanted specificity."""
    grid = np.round(np.arange(0.05, 0.996, 0.005), 3)
    enough = [t for t in grid if all(specificity(scores[p], truth[p], t) >= wanted for p in parts)]
    return float(enough[0] if enough else grid[-1])
