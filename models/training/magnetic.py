"""MR slices to network input: the same operations as the edge node's `inference/preprocess/magnetic.ts`."""
import numpy as np

import preprocess

MR_SIZE = 128
STRETCH_LOW, STRETCH_HIGH = 0.0, 0.995
MR_BRIGHT = 0.0613        # of the 0.995 order statistic: above it a pixel belongs to the head, not to the noise round it
MR_TISSUE = 0.1513        # above it a pixel takes part in the first fit of the field
MR_NEAR = (0.413, 2.417)  # and between these, relative to the fitted field, in the second
MR_RANGE = 3.0            # times the field: what becomes white


def terms(size):
    """[6, size, size]: 1, x, y, xx, xy, yy on -1..1 between the centres of the outermost pixels."""
    axis = np.linspace(-1.0, 1.0, size)
    x, y = np.broadcast_to(axis[None, :], (size, size)), np.broadcast_to(axis[:, None], (size, size))
    return np.stack([np.ones((size, size)), x, y, x * x, x * y, y * y])


def fit_field(values, chosen):
    """exp of the quadratic that fits log(values) best over the chosen pixels; their geometric mean where they are too few."""
    basis = terms(values.shape[0])
    if chosen.sum() < 64:
        return np.ones_like(values)
    columns = basis[:, chosen]
    weights = np.linalg.solve(columns @ columns.T + 1e-6 * np.eye(6), columns @ np.log(values[chosen]))
    return np.exp(np.tensordot(weights, basis, axes=1))


def even(values):
    """A coil's smooth brightening divided out: a quadratic in the logarithm, fitted twice so that what is dark or bright by nature weighs nothing."""
    field = fit_field(values, values > MR_TISSUE)
    ratio = values / field
    field = fit_field(values, (ratio > MR_NEAR[0]) & (ratio < MR_NEAR[1]) & (values > MR_BRIGHT))
    return np.clip(values / field / MR_RANGE, 0.0, 1.0)


def magnetic_square(values):
    """[rows, columns] magnitude values -> ([128,128] 0..1 with the coil's field still in, (left, top, side) of the square).

    The whole picture, made square by black borders: a crop to the head would move with the field it is meant to survive.
    """
    grey = preprocess.percentile_stretch(values.astype(np.float64), STRETCH_LOW, STRETCH_HIGH)
    rows, columns = grey.shape
    side = max(rows, columns)
    left, top = (columns - side) // 2, (rows - side) // 2
    return preprocess.area_resize(preprocess.cut_square(grey, left, top, side), MR_SIZE, MR_SIZE), (left, top, side)


def magnetic_tensor(values):
    """[rows, columns] magnitude values -> ([1,128,128] float32, (left, top, side) of the square)."""
    square, place = magnetic_square(values)
    return even(square)[None].astype(np.float32), place
