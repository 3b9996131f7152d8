"""Ultrasound stills to network input: the same operations as the edge node's `inference/preprocess/ultrasound.ts`."""
import numpy as np

import preprocess

ULTRASOUND_SIZE = 128
MASK_SIZE = 224
STRETCH_LOW, STRETCH_HIGH = 0.0, 0.98
MARK_REACH = 2        # half width, pixels of the 224 grid, of what counts as thin: strokes of calipers and letters are 1 to 3 wide
MARK_CONTRAST = 0.25  # how much brighter than what surrounds it a thin structure must be to count as a mark
MARK_BORDER = 1       # the mark's blurred rim goes with it
FILL_REACH = 4        # half width of the square whose unmarked mean takes a mark's place


def extreme(image, reach, pick):
    """The greatest (np.maximum) or least (np.minimum) value within `reach` rows and columns; edges see what there is."""
    for axis in (0, 1):
        out = image.copy()
        for step in range(1, reach + 1):
            near, far = [slice(None)] * 2, [slice(None)] * 2
            near[axis], far[axis] = slice(step, None), slice(None, -step)
            out[tuple(far)] = pick(out[tuple(far)], image[tuple(near)])
            out[tuple(near)] = pick(out[tuple(near)], image[tuple(far)])
        image = out
    return image


def box_sum(image, reach):
    """Sum over the square within `reach` rows and columns, zero beyond the edge."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(image, pad), axis=axis)
        side, last = 2 * reach + 1, total.shape[axis]
        image = np.take(total, np.arange(side, last), axis) - np.take(total, np.arange(last - side), axis)
    return image


def without_marks(grey):
    """Bright structures thinner than five pixels (calipers, dotted lines, letters) are replaced by the mean of what surrounds them.

    The rule knows no mark from a thin bright ligament: what is lost is lost in training, evaluation and the product alike.
    """
    opened = extreme(extreme(grey, MARK_REACH, np.minimum), MARK_REACH, np.maximum)
    marked = extreme((grey - opened > MARK_CONTRAST).astype(np.float64), MARK_BORDER, np.maximum)
    kept = 1.0 - marked
    count = box_sum(kept, FILL_REACH)
    mean = np.where(count > 0.5, box_sum(grey * kept, FILL_REACH) / np.maximum(count, 1.0), opened)
    return np.where(marked > 0, mean, grey)


def ultrasound_grey(values):
    """[rows, columns] display values -> [224,224] grey 0..1, marks still in: stretched between the darkest and the 0.98 order statistic."""
    return preprocess.percentile_stretch(preprocess.area_resize(values, MASK_SIZE, MASK_SIZE), STRETCH_LOW, STRETCH_HIGH)


def ultrasound_tensor(values):
    """[rows, columns] display values -> [1,128,128] float32."""
    grey = preprocess.area_resize(without_marks(ultrasound_grey(values)), ULTRASOUND_SIZE, ULTRASOUND_SIZE)
    return grey[None].astype(np.float32)
