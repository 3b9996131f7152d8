"""Pixels to network input, in numpy: the same operations as the edge node's `inference/preprocess/`.

Training, evaluation and the edge node must feed a network the same numbers, so each step is defined without
freedom: float64 arithmetic, integer crop bounds, area-average resampling, percentiles by index.
"""
import numpy as np

CHEST_SIZE = 224
CHEST_LOW, CHEST_HIGH = 0.005, 0.995
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406])
IMAGENET_STD = np.array([0.229, 0.224, 0.225])
HEAD_SIZE = 160
HEAD_WINDOW_CENTER, HEAD_WINDOW_WIDTH = 40.0, 80.0
HEAD_BRIGHT = 0.202  # between two grey levels of an 8-bit picture, so that rounding never decides
HEAD_SMALLEST_SHARE = 0.005


def area_weights(inside, outside):
    """[outside, inside] weights: output cell i averages the input interval [i, i+1) * inside / outside."""
    weights = np.zeros((outside, inside))
    ratio = inside / outside
    for i in range(outside):
        start, end = i * ratio, (i + 1) * ratio
        for j in range(int(np.floor(start)), min(inside, int(np.ceil(end)))):
            weights[i, j] = max(0.0, min(end, j + 1) - max(start, j)) / ratio
    return weights


def area_resize(image, height, width):
    """Aspect is not kept: the training images were squashed, so the product squashes too."""
    rows, columns = image.shape
    if (rows, columns) == (height, width):
        return image.astype(np.float64)
    return area_weights(rows, height) @ image.astype(np.float64) @ area_weights(columns, width).T


def percentile_stretch(image, low=CHEST_LOW, high=CHEST_HIGH):
    """To 0..1 between two order statistics, which cancels any linear window the sender chose."""
    ordered = np.sort(image, axis=None)
    last = ordered.size - 1
    darkest, brightest = ordered[int(np.floor(low * last))], ordered[int(np.floor(high * last))]
    if brightest - darkest < 1e-6:
        raise ValueError('blank image: no contrast to stretch')
    return np.clip((image - darkest) / (brightest - darkest), 0.0, 1.0)


def chest_grey(values):
    """[rows, columns] display values (bright = dense) -> [224,224] grey 0..1."""
    return percentile_stretch(area_resize(values, CHEST_SIZE, CHEST_SIZE))


def chest_tensor(values):
    """[rows, columns] display values -> [3,224,224] float32, ImageNet-normalised."""
    grey = chest_grey(values)
    return ((grey[None] - IMAGENET_MEAN[:, None, None]) / IMAGENET_STD[:, None, None]).astype(np.float32)


def head_window(hounsfield):
    """Hounsfield units -> grey 0..1, W 80 L 40, LINEAR_EXACT (PS3.3 C.11.2.1.3.2)."""
    low = HEAD_WINDOW_CENTER - HEAD_WINDOW_WIDTH / 2
    return np.clip((hounsfield.astype(np.float64) - low) / HEAD_WINDOW_WIDTH, 0.0, 1.0)


def bright_runs(bright):
    """Horizontal runs (row, start, end) of a boolean image, in reading order."""
    padded = np.zeros((bright.shape[0], bright.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = bright
    steps = np.diff(padded, axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return [(int(r), int(s), int(e)) for (r, s), (_, e) in zip(starts, ends)]


def components(bright):
    """4-connected components as [area, left, top, right, bottom] (ends exclusive), in reading order of their first pixel."""
    runs, parent = bright_runs(bright), []

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above, current, row = [], [], -1
    for index, (r, start, end) in enumerate(runs):
        parent.append(index)
        if r != row:
            above, current, row = (current if r == row + 1 else []), [], r
        for other in above:
            if runs[other][1] < end and start < runs[other][2]:
                a, b = root(other), root(index)
                parent[max(a, b)] = min(a, b)
        current.append(index)
    found = {}
    for index, (r, start, end) in enumerate(runs):
        box = found.setdefault(root(index), [0, start, r, end, r + 1])
        box[0] += end - start
        box[1], box[3], box[4] = min(box[1], start), max(box[3], end), r + 1
    return [found[key] for key in sorted(found)]


def head_crop(grey):
    """The square (left, top, side) round the head: the bright component with the largest area x fill of its box.

    Plain area would choose the thin arc of the head rest near the vertex; how full its box is tells them apart.
    """
    rows, columns = grey.shape
    best, best_score = None, 0.0
    for area, left, top, right, bottom in components(grey > HEAD_BRIGHT):
        score = area * area / ((right - left) * (bottom - top))
        if score > best_score:
            best, best_score = (area, left, top, right, bottom), score
    if best is None or best[0] < HEAD_SMALLEST_SHARE * rows * columns:
        best = (0, 0, 0, columns, rows)
    _, left, top, right, bottom = best
    side = (max(right - left, bottom - top) * 27 + 24) // 25
    return (left + right - side) // 2, (top + bottom - side) // 2, side


def cut_square(image, left, top, side):
    """The square, zero where it leaves the image."""
    out = np.zeros((side, side))
    rows, columns = image.shape
    y0, y1, x0, x1 = max(0, top), min(rows, top + side), max(0, left), min(columns, left + side)
    if y1 > y0 and x1 > x0:
        out[y0 - top:y1 - top, x0 - left:x1 - left] = image[y0:y1, x0:x1]
    return out


def head_tensor(previous, centre, following):
    """Three slices in Hounsfield units, one shape -> ([3,160,160] float32, (left, top, side) of the crop).

    The crop is the centre slice's, so that neighbours stay aligned. A slice without a neighbour stands in for it.
    """
    grey = [head_window(values) for values in (previous, centre, following)]
    left, top, side = head_crop(grey[1])
    planes = [area_resize(cut_square(plane, left, top, side), HEAD_SIZE, HEAD_SIZE) for plane in grey]
    return np.stack(planes).astype(np.float32), (left, top, side)
