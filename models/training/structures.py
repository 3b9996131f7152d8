"""Figures of the models that segment: overlap and volume of each structure, patient by patient."""
import numpy as np
import torch

import metrics
import volumes

THRESHOLD = 0.5
STRUCTURES = {'whole': (1, 2), 'anterior': (1,), 'posterior': (2,)}


def largest_part(mask):
    """The largest 6-connected part; the first found between equals."""
    left, best = mask.copy(), np.zeros_like(mask)
    while left.any():
        part = np.zeros(tuple(side + 2 for side in mask.shape), bool)
        part[tuple(np.argwhere(left)[0] + 1)] = True
        inner = part[1:-1, 1:-1, 1:-1]
        while True:
            near = part[:-2, 1:-1, 1:-1] | part[2:, 1:-1, 1:-1] | part[1:-1, :-2, 1:-1] | part[1:-1, 2:, 1:-1] | part[1:-1, 1:-1, :-2] | part[1:-1, 1:-1, 2:]
            grown = (near | inner) & left
            if (grown == inner).all():
                break
            inner[...] = grown
        if inner.sum() > best.sum():
            best = inner.copy()
        left &= ~inner
    return best


def segment(model, volume):
    """The class of each voxel, as the edge node says it: the likeliest, of the largest part only."""
    with torch.no_grad():
        probs = model(torch.from_numpy(volumes.padded(volume).astype(np.float32))[None, None])[0].numpy()
    found = probs[(slice(None), *(slice(0, side) for side in volume.shape))].argmax(axis=0)
    return np.where(largest_part(found > 0), found, 0)


def patient_rows(model):
    rows = []
    for sample in (s for s in volumes.samples() if s.split == 'val'):
        found, truth = segment(model, volumes.volume_of(sample)), volumes.mask_of(sample)
        row = {'file': sample.file, 'group': sample.group}
        for name, classes in STRUCTURES.items():
            a, b = np.isin(found, classes), np.isin(truth, classes)
            row[name] = {'dice': float(2 * (a & b).sum() / (a.sum() + b.sum())), 'ml': float(a.sum() / 1000), 'truthMl': float(b.sum() / 1000)}
        rows.append(row)
    return rows


def figures(rows, name):
    groups = [r['group'] for r in rows]
    column = lambda key: np.array([r[name][key] for r in rows])
    dice, ratio = column('dice'), column('ml') / column('truthMl') - 1
    return {'volumes': len(rows), 'patients': len(set(groups)),
            'dice': metrics.with_interval(groups, lambda i: float(dice[i].mean())), 'leastDice': round(float(dice.min()), 4),
            'volumeError': metrics.with_interval(groups, lambda i: float(np.abs(ratio[i]).mean())),
            'volumeBias': metrics.with_interval(groups, lambda i: float(ratio[i].mean()))}


def counts():
    train = [s for s in volumes.samples() if s.split == 'train']
    return {'msd-hippocampus': {'volumes': len(train), 'patients': len({s.group for s in train}), 'licence': sorted({s.licence for s in train})}}


def evaluate(model):
    rows = patient_rows(model)
    return {'temperature': 1.0, 'threshold': THRESHOLD, 'training': counts(), 'validation': {name: figures(rows, name) for name in STRUCTURES},
            'probabilities': {r['file']: {name: {key: round(value, 4) for key, value in r[name].items()} for name in STRUCTURES} for r in rows}}
