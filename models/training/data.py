"""Reads the labelled images of ../shared/data; groups (patients) are never split: `split` comes with the data."""
import ast
import csv
import os
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

import disturb
import magnetic
import preprocess
import ultrasound

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', 'shared', 'data'))


@dataclass
class Sample:
    file: str
    group: str
    source: str
    label: int
    split: str
    licence: str
    boxes: list = field(default_factory=list)
    slice_index: int = 0


def rows_of(name):
    path = os.path.join(ROOT, name, 'labels.csv')
    if not os.path.exists(path):
        raise SystemExit(f'{name}: ../shared/data/{name}/labels.csv is missing; training and evaluation need ../shared/data beside the repository')
    with open(path, newline='', encoding='utf-8') as handle:
        return list(csv.DictReader(handle))


def chest_samples():
    return [Sample(r['file'], r['group'], r['source'], int(r['label'] == 'pneumonia'), r['split'], r['licence'])
            for r in rows_of('cxr')]


def head_samples():
    """Leaves out `edema_only` (bleed or not is not known) and negatives beside a positive (annotators' edge cases)."""
    kept = [r for r in rows_of('head_ct') if r['label'] in ('none', 'hemorrhage')
            and not (r['label'] == 'none' and r['adjacent_to_positive'] == '1')]
    return [Sample(r['file'], r['group'], 'phe-sich-ct-ids', int(r['label'] == 'hemorrhage'), r['split'], r['licence'],
                   ast.literal_eval(r['boxes_256']), int(r['slice'])) for r in kept]


def grey_image(name, file):
    """[rows, columns] uint8."""
    with Image.open(os.path.join(ROOT, name, file)) as image:
        return np.asarray(image.convert('L'))


def hounsfield(grey):
    """The set holds brain-window pictures, not Hounsfield units: W 80 L 40 is assumed, so HU = grey x 80 / 255."""
    return grey.astype(np.float64) * preprocess.HEAD_WINDOW_WIDTH / 255.0


def head_stacks():
    """group -> file of every slice in order, `edema_only` ones too: at run time they are in the series as well."""
    stacks = {}
    for r in sorted(rows_of('head_ct'), key=lambda r: (r['group'], int(r['slice']))):
        stacks.setdefault(r['group'], []).append(r['file'])
    return stacks


def neighbours(stack, file):
    """The files before and after in the stack; an end slice is its own neighbour."""
    i = stack.index(file)
    return stack[max(0, i - 1)], stack[min(len(stack) - 1, i + 1)]


def chest_arrays(samples):
    """[n,128,128] uint8, where the network starts; evaluation uses the exact float path."""
    greys = (preprocess.chest_grey(grey_image('cxr', s.file)) for s in samples)
    return np.stack([np.rint(preprocess.area_resize(grey, 128, 128) * 255).astype(np.uint8) for grey in greys])


def head_arrays(samples):
    """([n,3,160,160] uint8 planes, [n,1,160,160] uint8 masks of the annotators' boxes)."""
    stacks, planes, masks = head_stacks(), [], []
    for s in samples:
        before, after = neighbours(stacks[s.group], s.file)
        images = [hounsfield(grey_image('head_ct', f)) for f in (before, s.file, after)]
        tensor, (left, top, side) = preprocess.head_tensor(*images)
        planes.append(np.rint(tensor * 255).astype(np.uint8))
        mask = np.zeros(images[1].shape)
        for x0, y0, x1, y1 in s.boxes:
            mask[int(round(y0)):int(round(y1)), int(round(x0)):int(round(x1))] = 1.0
        square = preprocess.area_resize(preprocess.cut_square(mask, left, top, side), preprocess.HEAD_SIZE, preprocess.HEAD_SIZE)
        masks.append(np.rint(square * 255).astype(np.uint8)[None])
    return np.stack(planes), np.stack(masks)


CLASSES = {'breast_us': ('normal', 'benign', 'malignant'), 'brain_mr': ('notumor', 'glioma', 'meningioma', 'pituitary')}
SOURCES = {'breast_us': 'busi', 'brain_mr': 'nickparvar'}
VARIANTS = {'breast_us': 5, 'brain_mr': 4}


def class_samples(name):
    return [Sample(r['file'], r['group'], SOURCES[name], CLASSES[name].index(r['label']), r['split'], r['licence']) for r in rows_of(name)]


def class_tensor(name, values):
    return ultrasound.ultrasound_tensor(values) if name == 'breast_us' else magnetic.magnetic_tensor(values)[0]


def disturbed(name, values, random):
    """The picture with calipers and letters it never had, or with another coil's field."""
    return disturb.with_marks(values, random) if name == 'breast_us' else disturb.with_field(values, random)


def class_arrays(name, samples):
    """[n, variants, 128, 128] uint8 through the product's own preprocessing: as it is, and disturbed in ways it must survive."""
    random, out = np.random.RandomState(5), []
    for s in samples:
        values = grey_image(name, s.file).astype(np.float64)
        pictures = [values] + [disturbed(name, values, random) for _ in range(VARIANTS[name] - 1)]
        out.append([np.rint(class_tensor(name, picture)[0] * 255).astype(np.uint8) for picture in pictures])
    return np.array(out)
