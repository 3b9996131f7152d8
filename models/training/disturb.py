"""Pictures disturbed on purpose, in training and in the evaluation: burned-in marks on ultrasound, a coil's field on MR."""
import numpy as np


def cross(image, x, y, arm, value):
    rows, columns = image.shape
    image[max(0, y - arm):min(rows, y + arm + 1), x:x + 1] = value
    image[y:y + 1, max(0, x - arm):min(columns, x + arm + 1)] = value


def caliper(image, random):
    """Two crosses and the dotted line between them."""
    rows, columns = image.shape
    x0, x1 = random.randint(columns // 8, columns * 7 // 8, 2)
    y0, y1 = random.randint(rows // 8, rows * 7 // 8, 2)
    value, arm = random.uniform(190, 255), random.randint(3, 5)
    steps = max(2, int(np.hypot(x1 - x0, y1 - y0) / random.uniform(2.5, 4)))
    for share in np.linspace(0, 1, steps):
        image[int(round(y0 + share * (y1 - y0))), int(round(x0 + share * (x1 - x0)))] = value * random.uniform(0.6, 0.9)
    cross(image, x0, y0, arm, value)
    cross(image, x1, y1, arm, value)


def letters(image, random):
    """A line of strokes as wide and high as letters are."""
    rows, columns = image.shape
    x, y, value = random.randint(2, columns * 3 // 4), random.randint(2, rows - 12), random.uniform(190, 255)
    for _ in range(random.randint(2, 9)):
        if x + 7 >= columns:
            break
        image[y:y + 8, x:x + 1 + random.randint(0, 2)] = value
        if random.rand() < 0.7:
            level = y + random.randint(0, 8)
            image[level:level + 1, x:x + 5] = value
        if random.rand() < 0.5:
            image[y:y + 8, x + 4:x + 5] = value
        x += 7


def with_marks(values, random):
    """[224,224] 0..255 -> a copy with one or two calipers and perhaps a line of text."""
    image = values.copy()
    for _ in range(random.randint(1, 3)):
        caliper(image, random)
    if random.rand() < 0.5:
        letters(image, random)
    return image


def with_field(values, random, strength=0.3):
    """Multiplied by a smooth field between 1 - strength and 1 + strength: a slope, a bowl and a saddle drawn at random."""
    rows, columns = values.shape
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing='ij')
    a, b, c, d, e = random.uniform(-1, 1, 5)
    shape = a * x + b * y + c * x * y + d * x * x + e * y * y
    shape = (shape - shape.min()) / (shape.max() - shape.min())
    return values * (1 - strength + 2 * strength * shape)
