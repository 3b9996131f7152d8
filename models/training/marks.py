"""What the map is worth: boxes from its connected components against the annotators', and how far a bleed spills over."""
import numpy as np

import data
import metrics
import preprocess

MAP_THRESHOLD = 0.5
SMALLEST_CELLS = 2


def map_boxes(cells, crop, threshold=MAP_THRESHOLD):
    """Map [h,w] 0..1 and its crop -> boxes [x0,y0,x1,y1] in image pixels, the largest component first."""
    left, top, side = crop
    height, width = cells.shape
    found = [c for c in preprocess.components(cells >= threshold) if c[0] >= SMALLEST_CELLS]
    found.sort(key=lambda c: -c[0])
    return [[left + x0 * side / width, top + y0 * side / height, left + x1 * side / width, top + y1 * side / height]
            for _, x0, y0, x1, y1 in found]


def overlap(a, b):
    """Intersection over union."""
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    area = lambda r: (r[2] - r[0]) * (r[3] - r[1])
    return width * height / (area(a) + area(b) - width * height)


def points_at(row):
    """Is the map's brightest cell inside one of the annotators' boxes?"""
    left, top, side = row['crop']
    y, x = np.unravel_index(np.argmax(row['map']), row['map'].shape)
    px, py = left + (x + 0.5) * side / row['map'].shape[1], top + (y + 0.5) * side / row['map'].shape[0]
    return any(x0 <= px <= x1 and y0 <= py <= y1 for x0, y0, x1, y1 in row['sample'].boxes)


def box_figures(rows):
    """Over positive slices only; `falseBoxes` over the negative ones."""
    positive = [r for r in rows if r['sample'].label]
    negative = [r for r in rows if not r['sample'].label]
    best = lambda r: float(np.mean([max([overlap(b, m) for m in map_boxes(r['map'], r['crop'])] or [0.0]) for b in r['sample'].boxes]))
    overlaps, groups = np.array([best(r) for r in positive]), [r['sample'].group for r in positive]
    hits = np.array([points_at(r) for r in positive])
    return {'slices': len(positive), 'meanIou': metrics.with_interval(groups, lambda i: float(overlaps[i].mean())),
            'iouAtLeastHalf': round(float((overlaps >= 0.5).mean()), 4), 'pointing': round(float(hits.mean()), 4),
            'boxesPerPositive': round(float(np.mean([len(map_boxes(r['map'], r['crop'])) for r in positive])), 3),
            'falseBoxesPerNegative': round(float(np.mean([len(map_boxes(r['map'], r['crop'])) for r in negative])), 4)}


def neighbour_figures(rows, temperature, threshold):
    """Negatives that stand next to a bleed in the stack: how many of them are flagged, a patient."""
    stacks = data.head_stacks()
    positives = {r['sample'].file for r in rows if r['sample'].label}
    score = lambda r: float(metrics.sigmoid(metrics.logit(r['prob']) / temperature))
    flagged = [score(r) >= threshold for r in rows if not r['sample'].label
               and positives.intersection(data.neighbours(stacks[r['sample'].group], r['sample'].file))]
    patients = len({r['sample'].group for r in rows})
    return {'slicesNextToABleed': len(flagged), 'flagged': int(sum(flagged)), 'flaggedPerPatient': round(sum(flagged) / patients, 3)}


def training_counts(name):
    samples = [s for s in (data.chest_samples() if name == 'cxr' else data.head_samples()) if s.split == 'train']
    return {source: {'images': len(some), 'positives': sum(s.label for s in some), 'patients': len({s.group for s in some}),
                     'licence': sorted({s.licence for s in some})}
            for source in sorted({s.source for s in samples}) for some in [[s for s in samples if s.source == source]]}
