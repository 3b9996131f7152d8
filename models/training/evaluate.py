"""python3 models/training/evaluate.py <id>  ->  models/<id>/evaluation.json.

Scores the validation patients through the exact float preprocessing. Calibration and threshold are fitted on these same
patients, so the figures that depend on them are also given cross-fitted: five folds of patients, fitted on four, scored on one.
"""
import hashlib
import json
import os
import sys

import numpy as np
import torch

import classes
import data
import marks
import metrics
import preprocess
import quality_figures
import structures
from export import HERE, VOLUMES, checkpoint_of, load

WANTED_ALERT_SPECIFICITY = 0.995
# Calibrated in the graph by train.py; the others by the manifest's temperature.
CALIBRATED = ('cxr', 'breast_us', 'brain_mr', 'image_quality')


def run(model, tensors):
    """([n,K] probabilities, [n,K,h,w] maps)."""
    probs, maps = [], []
    with torch.no_grad():
        for start in range(0, len(tensors), 32):
            p, m = model(torch.from_numpy(np.stack(tensors[start:start + 32])))
            probs.append(p.numpy().astype(np.float64))
            maps.append(m.numpy())
    return np.concatenate(probs), np.concatenate(maps)


def chest_parts(model):
    """One row an image: (file, group, part, truth, probability, map, crop). A part is a source."""
    samples = [s for s in data.chest_samples() if s.split == 'val']
    probs, maps = run(model, [preprocess.chest_tensor(data.grey_image('cxr', s.file).astype(np.float64)) for s in samples])
    return [dict(sample=s, part=s.source, prob=p[0], map=m[0], crop=None) for s, p, m in zip(samples, probs, maps)]


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
        out += [dict(sample=s, part=part, prob=p[0], map=m[0], crop=c) for s, p, m, c in zip(samples, probs, maps, crops)]
    return out


def class_rows(name, model):
    samples = [s for s in data.class_samples(name) if s.split == 'val']
    probs, _ = run(model, [data.class_tensor(name, data.grey_image(name, s.file).astype(np.float64)) for s in samples])
    return [dict(sample=s, probs=p) for s, p in zip(samples, probs)]


def parts_of(rows):
    """(logits, truth, indices of each part, weights that make every part count the same)."""
    logits = metrics.logit(np.array([r['prob'] for r in rows]))
    truth, names = np.array([r['sample'].label for r in rows]), np.array([r['part'] for r in rows])
    parts = [np.flatnonzero(names == name) for name in sorted(set(names))]
    return logits, truth, parts, np.array([1 / (names == name).sum() for name in names])


def calibration(name, rows):
    """(scale, bias) for the logits of these rows: Platt's for a chest radiograph, a temperature for a choice of classes."""
    if name in data.CLASSES:
        return 1 / classes.fit_temperature(rows), 0.0
    logits, truth, _, weights = parts_of(rows)
    return metrics.fit_platt(logits, truth, weights)


def calibrate(name, checkpoint):
    """Fits the calibration on the validation patients and keeps it beside the weights."""
    if name not in CALIBRATED:
        return
    weights = torch.load(checkpoint, map_location='cpu')
    torch.save({'members': weights['members']}, checkpoint)
    model = load(name, checkpoint)
    if name == 'image_quality':
        fitted = [1 / divisor for divisor in quality_figures.temperatures(quality_figures.rows(model))]
    else:
        fitted = calibration(name, class_rows(name, model) if name in data.CLASSES else chest_parts(model))
    torch.save({'members': weights['members'], 'calibration': fitted}, checkpoint)


def fit(name, rows):
    """((scale, bias), reorder threshold, alert threshold); every part weighs the same."""
    logits, truth, parts, weights = parts_of(rows)
    if name in CALIBRATED:
        scale, bias = metrics.fit_platt(logits, truth, weights)
    else:
        scale, bias = 1 / round(metrics.fit_temperature(logits, truth, weights), 4), 0.0
    scores = metrics.sigmoid(logits * scale + bias)
    threshold = metrics.youden_threshold(scores, truth, parts)
    return (scale, bias), threshold, max(threshold, metrics.specific_threshold(scores, truth, parts, WANTED_ALERT_SPECIFICITY))


def part_figures(rows, temperature, threshold, alert):
    scores = metrics.sigmoid(metrics.logit(np.array([r['prob'] for r in rows])) / temperature)
    truth, groups = np.array([r['sample'].label for r in rows]), [r['sample'].group for r in rows]
    return metrics.binary_figures(scores, truth, groups, threshold, alert)


def cross_fitted(name, rows, folds=5):
    """Sensitivity, specificity and calibration error a part, each patient scored with a fit that never saw it."""
    fold_of, scored = metrics.folds_of([r['sample'].group for r in rows], folds), []
    for fold in range(folds):
        (scale, bias), threshold, _ = fit(name, [r for r in rows if fold_of[r['sample'].group] != fold])
        scored += [(r['part'], r['sample'].label, float(metrics.sigmoid(metrics.logit(r['prob']) * scale + bias)), threshold)
                   for r in rows if fold_of[r['sample'].group] == fold]
    out = {}
    for part in sorted({s[0] for s in scored}):
        truth, score, limit = (np.array([s[k] for s in scored if s[0] == part]) for k in (1, 2, 3))
        out[part] = {'sensitivity': round(float((score >= limit)[truth == 1].mean()), 4),
                     'specificity': round(float((score < limit)[truth == 0].mean()), 4),
                     'ece': round(metrics.expected_calibration_error(score, truth), 4)}
    return out


def evaluate_one_label(name, model):
    rows = chest_parts(model) if name == 'cxr' else head_parts(model)
    (scale, _), threshold, alert = fit(name, rows)
    # Where the graph is calibrated already, the fit finds a scale of 1 and a bias of 0 again.
    temperature = 1.0 if name in CALIBRATED else round(1 / scale, 4)
    parts = sorted({r['part'] for r in rows})
    crossed = cross_fitted(name, rows)
    result = {'temperature': temperature, 'threshold': threshold, 'alertThreshold': alert, 'training': marks.training_counts(name),
              'validation': {part: dict(part_figures([r for r in rows if r['part'] == part], temperature, threshold, alert),
                                        crossFitted=crossed[part]) for part in parts}}
    if name == 'head_ct':
        result['boxes'] = {part: marks.box_figures([r for r in rows if r['part'] == part]) for part in parts}
        result['neighbours'] = marks.neighbour_figures([r for r in rows if r['part'] == 'stack'], temperature, threshold)
    result['probabilities'] = {part: {r['sample'].file: round(float(r['prob']), 6) for r in rows if r['part'] == part} for part in parts}
    return result


def disturbed_rows(name, model, rows, seed=9):
    """The same validation pictures with burned-in marks, or under another coil's field."""
    random = np.random.RandomState(seed)
    pictures = [data.disturbed(name, data.grey_image(name, r['sample'].file).astype(np.float64), random) for r in rows]
    probs, _ = run(model, [data.class_tensor(name, picture) for picture in pictures])
    return [dict(sample=r['sample'], probs=p) for r, p in zip(rows, probs)]


def evaluate(name, checkpoint):
    model = load(name, checkpoint)
    with open(os.path.join(HERE, '..', name, 'model.onnx'), 'rb') as handle:
        digest = hashlib.sha256(handle.read()).hexdigest()
    head = {'model': name, 'sha256': digest}
    if name in VOLUMES:
        return {**head, **structures.evaluate(model)}
    if name == 'image_quality':
        return {**head, **quality_figures.evaluate(model)}
    if name not in data.CLASSES:
        return {**head, **evaluate_one_label(name, model)}
    rows = class_rows(name, model)
    return {**head, **classes.evaluate(name, rows, disturbed_rows(name, model, rows))}


def main():
    name = sys.argv[1]
    result = evaluate(name, sys.argv[2] if len(sys.argv) > 2 else checkpoint_of(name))
    path = os.path.join(HERE, '..', name, 'evaluation.json')
    with open(path, 'w', encoding='utf-8') as handle:
        json.dump(result, handle, indent=1)
        handle.write('\n')
    print(json.dumps({k: v for k, v in result.items() if k != 'probabilities'}, indent=1))


if __name__ == '__main__':
    main()
