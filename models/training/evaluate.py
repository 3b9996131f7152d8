"""python3 models/training/evaluate.py cxr|head_ct  ->  models/<id>/evaluation.json, and the same numbers into manifest and card.

Scores the validation patients through the exact float preprocessing. Temperature and threshold are fitted on these same
patients, so the figures that depend on them are also given cross-fitted: five folds of patients, fitted on four, scored on one.
"""
import hashlib
import json
import os
import sys

import numpy as np
import torch

import data
import marks
import metrics
import preprocess
from export import HERE, load

WANTED_ALERT_SPECIFICITY = 0.995


def run(model, tensors):
    probs, maps = [], []
    with torch.no_grad():
        for start in range(0, len(tensors), 32):
            p, m = model(torch.from_numpy(np.stack(tensors[start:start + 32])))
            probs.append(p[:, 0].numpy().astype(np.float64))
            maps.append(m[:, 0].numpy())
    return np.concatenate(probs), np.concatenate(maps)


def chest_parts(model):
    """One row an image: (file, group, part, truth, probability, map, crop). A part is a source."""
    samples = [s for s in data.chest_samples() if s.split == 'val']
    probs, maps = run(model, [preprocess.chest_tensor(data.grey_image('cxr', s.file).astype(np.float64)) for s in samples])
    return [dict(sample=s, part=s.source, prob=p, map=m, crop=None) for s, p, m in zip(samples, probs, maps)]


def head_parts(model):
    """Two parts: `stack`, the slice with its neighbours in the patient's stack, and `single`, the slice alone."""
    samples, stacks, out = [s for s in data.head_samples() if s.split == 'val'], data.head_stacks(), []
    for part in ('stack', 'single'):
        tensors, crops = [], []
        for s in samples:
            before, after = data.neighbours(stacks[s.group], s.file) if part == 'stack' else (s.file, s.file)
            tensor, crop = preprocess.head_tensor(*[data.hounsfield(data.grey_image('head_ct', f)) for f in (before, s.file, after)])
            tensors.append(tensor)
            crops.append(crop)
        probs, maps = run(model, tensors)
        out += [dict(sample=s, part=part, prob=p, map=m, crop=c) for s, p, m, c in zip(samples, probs, maps, crops)]
    return out


def fit(rows):
    """(temperature, reorder threshold, alert threshold); every part weighs the same."""
    logits = metrics.logit(np.array([r['prob'] for r in rows]))
    truth, names = np.array([r['sample'].positive for r in rows]), np.array([r['part'] for r in rows])
    parts = [np.flatnonzero(names == name) for name in sorted(set(names))]
    weights = np.array([1 / (names == name).sum() for name in names])
    temperature = round(metrics.fit_temperature(logits, truth, weights), 4)
    scores = metrics.sigmoid(logits / temperature)
    threshold = metrics.youden_threshold(scores, truth, parts)
    return temperature, threshold, max(threshold, metrics.specific_threshold(scores, truth, parts, WANTED_ALERT_SPECIFICITY))


def part_figures(rows, temperature, threshold, alert):
    scores = metrics.sigmoid(metrics.logit(np.array([r['prob'] for r in rows])) / temperature)
    truth, groups = np.array([r['sample'].positive for r in rows]), [r['sample'].group for r in rows]
    at = lambda measure, *limit: metrics.with_interval(groups, lambda i: measure(scores[i], truth[i], *limit))
    return {'images': len(rows), 'positives': int(truth.sum()), 'patients': len(set(groups)), 'auc': at(metrics.auc),
            'sensitivity': at(metrics.sensitivity, threshold), 'specificity': at(metrics.specificity, threshold),
            'alertSensitivity': at(metrics.sensitivity, alert), 'alertSpecificity': at(metrics.specificity, alert),
            'ece': round(metrics.expected_calibration_error(scores, truth), 4)}


def cross_fitted(rows, folds=5):
    """Sensitivity, specificity and calibration error a part, each patient scored with a fit that never saw it."""
    names = sorted({r['sample'].group for r in rows})
    order = np.random.RandomState(11).permutation(len(names))
    fold_of = {names[j]: i % folds for i, j in enumerate(order)}
    scored = []
    for fold in range(folds):
        temperature, threshold, _ = fit([r for r in rows if fold_of[r['sample'].group] != fold])
        scored += [(r['part'], r['sample'].positive, float(metrics.sigmoid(metrics.logit(r['prob']) / temperature)), threshold)
                   for r in rows if fold_of[r['sample'].group] == fold]
    out = {}
    for part in sorted({s[0] for s in scored}):
        truth, score, limit = (np.array([s[k] for s in scored if s[0] == part]) for k in (1, 2, 3))
        out[part] = {'sensitivity': round(float((score >= limit)[truth == 1].mean()), 4),
                     'specificity': round(float((score < limit)[truth == 0].mean()), 4),
                     'ece': round(metrics.expected_calibration_error(score, truth), 4)}
    return out


def evaluate(name, checkpoint):
    model = load(name, checkpoint)
    rows = chest_parts(model) if name == 'cxr' else head_parts(model)
    temperature, threshold, alert = fit(rows)
    parts = sorted({r['part'] for r in rows})
    crossed = cross_fitted(rows)
    with open(os.path.join(HERE, '..', name, 'model.onnx'), 'rb') as handle:
        digest = hashlib.sha256(handle.read()).hexdigest()
    result = {'model': name, 'sha256': digest, 'temperature': temperature, 'threshold': threshold, 'alertThreshold': alert,
              'training': marks.training_counts(name),
              'validation': {part: dict(part_figures([r for r in rows if r['part'] == part], temperature, threshold, alert),
                                        crossFitted=crossed[part]) for part in parts}}
    if name == 'head_ct':
        result['boxes'] = {part: marks.box_figures([r for r in rows if r['part'] == part]) for part in parts}
        result['neighbours'] = marks.neighbour_figures([r for r in rows if r['part'] == 'stack'], temperature, threshold)
    result['probabilities'] = {part: {r['sample'].file: round(float(r['prob']), 6) for r in rows if r['part'] == part} for part in parts}
    return result


def main():
    name = sys.argv[1]
    checkpoint = sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, '.training', f'{name}.pt')
    result = evaluate(name, checkpoint)
    path = os.path.join(HERE, '..', name, 'evaluation.json')
    with open(path, 'w', encoding='utf-8') as handle:
        json.dump(result, handle, indent=1)
        handle.write('\n')
    print(json.dumps({k: v for k, v in result.items() if k != 'probabilities'}, indent=1))


if __name__ == '__main__':
    main()
