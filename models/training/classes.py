"""Figures of the models that choose one of several classes: each class against the rest, and all of them together."""
import numpy as np

import data
import metrics

# Neither is an emergency, and false alarms were never counted on whole series or studies: these models raise no alert.
NO_ALERT = 1.0


def table(rows):
    return np.array([r['probs'] for r in rows]), np.array([r['sample'].label for r in rows]), [r['sample'].group for r in rows]


def softened(probs, temperature):
    """What the softmax would have said of logits divided by the temperature."""
    powers = np.clip(probs, 1e-9, 1.0) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def fit_temperature(rows):
    """The divisor of the logits with the least log loss, on a grid."""
    probs, truth, _ = table(rows)
    loss = lambda t: -np.log(softened(probs, t)[np.arange(len(truth)), truth]).mean()
    grid = np.exp(np.linspace(np.log(0.3), np.log(4.0), 121))
    return float(grid[np.argmin([loss(t) for t in grid])])


def thresholds(probs, truth, column):
    """(reorder, alert) for a class against the rest."""
    return metrics.youden_threshold(probs[:, column], (truth == column).astype(int), [np.arange(len(truth))]), NO_ALERT


def cross_fitted(rows, column, folds=5):
    """Sensitivity and specificity of a class, each patient judged by a calibration and a threshold that never saw it."""
    fold_of, flags, labels = metrics.folds_of([r['sample'].group for r in rows], folds), [], []
    for fold in range(folds):
        others = [r for r in rows if fold_of[r['sample'].group] != fold]
        own = [r for r in rows if fold_of[r['sample'].group] == fold]
        temperature = fit_temperature(others)
        probs, truth, _ = table(others)
        limit, _ = thresholds(softened(probs, temperature), truth, column)
        probs, truth, _ = table(own)
        flags += list(softened(probs, temperature)[:, column] >= limit)
        labels += list(truth == column)
    flags, labels = np.array(flags), np.array(labels)
    return {'sensitivity': round(float(flags[labels].mean()), 4), 'specificity': round(float((~flags)[~labels].mean()), 4)}


def macro_auc(probs, truth):
    values = [metrics.auc(probs[:, k], (truth == k).astype(int)) for k in range(probs.shape[1])]
    return None if None in values else float(np.mean(values))


def survived(rows, disturbed, columns):
    """How far the probabilities moved when the pictures were disturbed, and what became of the scores."""
    before, truth, _ = table(rows)
    after, _, _ = table(disturbed)
    moved = np.abs(after - before)[:, columns].max(axis=1)
    return {'meanChange': round(float(moved.mean()), 4), 'p95Change': round(float(np.percentile(moved, 95)), 4),
            'within005': round(float((moved <= 0.05).mean()), 4), 'auc': headline(after, truth, columns)}


def headline(probs, truth, columns):
    """The one figure of the model: its only column against the rest, or the mean over all classes."""
    value = metrics.auc(probs[:, columns[0]], (truth == columns[0]).astype(int)) if len(columns) == 1 else macro_auc(probs, truth)
    return None if value is None else round(value, 4)


def counts(name, split):
    samples = [s for s in data.class_samples(name) if s.split == split]
    return {label: {'images': len(some), 'groups': len({s.group for s in some}), 'licence': sorted({s.licence for s in some})}
            for k, label in enumerate(data.CLASSES[name]) for some in [[s for s in samples if s.label == k]]}


def evaluate(name, rows, disturbed):
    probs, truth, groups = table(rows)
    columns = [data.CLASSES[name].index('malignant')] if name == 'breast_us' else list(range(probs.shape[1]))
    limits = {label: thresholds(probs, truth, k) for k, label in enumerate(data.CLASSES[name])}
    best = probs.argmax(axis=1)
    return {
        'temperature': 1.0, 'classes': list(data.CLASSES[name]), 'training': counts(name, 'train'),
        'all': {'auc': metrics.with_interval(groups, lambda i: headline(probs[i], truth[i], columns)),
                'accuracy': metrics.with_interval(groups, lambda i: float((best[i] == truth[i]).mean())),
                'ece': round(metrics.expected_calibration_error(probs.max(axis=1), (best == truth).astype(int)), 4)},
        'confusion': {label: {said: int(((truth == t) & (best == b)).sum()) for b, said in enumerate(data.CLASSES[name])}
                      for t, label in enumerate(data.CLASSES[name])},
        'thresholds': {label: {'threshold': limit[0], 'alertThreshold': limit[1]} for label, limit in limits.items()},
        'validation': {label: dict(metrics.binary_figures(probs[:, k], (truth == k).astype(int), groups, *limits[label]), crossFitted=cross_fitted(rows, k))
                       for k, label in enumerate(data.CLASSES[name])},
        'disturbed': survived(rows, disturbed, columns),
        'probabilities': {r['sample'].file: [round(float(p), 6) for p in r['probs']] for r in rows},
    }
