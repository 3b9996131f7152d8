"""Reads the volumes of ../shared/data/volumes and brings them to the network's input, as the edge node's `inference/volume/` does.

Arrays are [slices, rows, columns] = [z, y, x] of the NIfTI file: towards the patient's head, front and right (RAS+).
"""
import gzip
import os

import numpy as np

import data
import preprocess

HIPPOCAMPUS = 'MR hippocampus crop'
STRETCH_LOW, STRETCH_HIGH = 0.01, 0.99
SPACING_MM = 1.0
MULTIPLE = 8            # the network halves a volume three times
TRAINED_SHAPE = (40, 56, 40)
WINDOW = (80, 80, 80)   # every volume the contract lets in is read whole
DTYPES = {2: '<u1', 4: '<i2', 8: '<i4', 16: '<f4', 64: '<f8'}


def read_nifti(path):
    """[z, y, x] float64 of a NIfTI-1 file, little-endian, with its slope and intercept applied."""
    with gzip.open(path) as handle:
        raw = handle.read()
    columns, rows, slices = np.frombuffer(raw, '<i2', 3, 42)
    kind, first = int(np.frombuffer(raw, '<i2', 1, 70)[0]), int(np.frombuffer(raw, '<f4', 1, 108)[0])
    slope, intercept = np.frombuffer(raw, '<f4', 2, 112)
    values = np.frombuffer(raw, DTYPES[kind], int(columns) * int(rows) * int(slices), first).astype(np.float64)
    return (values * slope + intercept if slope else values).reshape(slices, rows, columns)


def samples():
    rows = [r for r in data.rows_of('volumes') if r['kind'] == HIPPOCAMPUS]
    return [data.Sample(r['file'], r['group'], 'msd-hippocampus', 0, r['split'], r['licence'], [r['mask']]) for r in rows]


def volume_of(sample):
    return preprocess.percentile_stretch(read_nifti(os.path.join(data.ROOT, 'volumes', sample.file)), STRETCH_LOW, STRETCH_HIGH)


def mask_of(sample):
    """0 nothing, 1 anterior, 2 posterior."""
    return np.rint(read_nifti(os.path.join(data.ROOT, 'volumes', sample.boxes[0]))).astype(np.uint8)


def framed(volume, shape):
    """Black round it in the middle, or its middle where it is larger."""
    for axis, outside in enumerate(shape):
        inside = volume.shape[axis]
        first, before = max(0, inside - outside) // 2, max(0, outside - inside) // 2
        volume = volume.take(range(first, first + min(inside, outside)), axis)
        volume = np.pad(volume, [(before, outside - volume.shape[axis] - before) if k == axis else (0, 0) for k in range(3)])
    return volume


def padded(volume):
    """Black behind it, up to what the network can halve."""
    return np.pad(volume, [(0, -side % MULTIPLE) for side in volume.shape])


def arrays(some):
    """([n,40,56,40] uint8 volumes, [n,40,56,40] uint8 masks)."""
    return (np.stack([framed(np.rint(volume_of(s) * 255).astype(np.uint8), TRAINED_SHAPE) for s in some]),
            np.stack([framed(mask_of(s), TRAINED_SHAPE) for s in some]))
