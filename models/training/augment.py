"""Random changes of a training batch. Every draw comes from one seeded torch generator."""
import math

import torch
from torch.nn import functional as F


def uniform(generator, shape, low, high):
    return torch.rand(shape, generator=generator) * (high - low) + low


def affine(generator, n, turn_degrees, scale, shift, aspect):
    """[n,2,3] small rotations, zooms, shears of aspect and shifts."""
    angle = uniform(generator, (n,), -turn_degrees, turn_degrees) * math.pi / 180
    zoom = torch.exp(uniform(generator, (n,), -scale, scale))
    stretch = torch.exp(uniform(generator, (n,), -aspect, aspect))
    cos, sin = torch.cos(angle), torch.sin(angle)
    dx, dy = uniform(generator, (n,), -shift, shift), uniform(generator, (n,), -shift, shift)
    first = torch.stack([cos * zoom * stretch, -sin * zoom, dx], dim=1)
    second = torch.stack([sin * zoom, cos * zoom / stretch, dy], dim=1)
    return torch.stack([first, second], dim=1)


def warp(images, theta):
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode='bilinear', padding_mode='zeros', align_corners=False)


def tones(generator, images, gamma, gain, offset, noise):
    n = images.shape[0]
    images = images.clamp(0, 1) ** torch.exp(uniform(generator, (n, 1, 1, 1), -gamma, gamma))
    images = images * torch.exp(uniform(generator, (n, 1, 1, 1), -gain, gain)) + uniform(generator, (n, 1, 1, 1), -offset, offset)
    grain = torch.randn(images.shape, generator=generator) * uniform(generator, (n, 1, 1, 1), 0, noise)
    return (images + grain).clamp(0, 1)


def soften(generator, images, chance):
    """A 3x3 or 5x5 box blur on some of the batch."""
    chosen = torch.rand(images.shape[0], generator=generator) < chance
    if chosen.any():
        size = 3 if torch.rand(1, generator=generator).item() < 0.7 else 5
        images = images.clone()
        images[chosen] = F.avg_pool2d(images[chosen], size, 1, size // 2, count_include_pad=False)
    return images


def erase(generator, images, chance, corners):
    """Rectangles of one grey: in corners (burned-in side markers are a shortcut), else anywhere."""
    n, _, h, w = images.shape
    images = images.clone()
    for i in torch.nonzero(torch.rand(n, generator=generator) < chance).flatten().tolist():
        eh, ew = (int(uniform(generator, (1,), 0.08, 0.25).item() * side) for side in (h, w))
        fy, fx = torch.rand(2, generator=generator).tolist()
        if corners:
            fy, fx = float(fy > 0.5), float(fx > 0.5)
        y, x = int(fy * (h - eh)), int(fx * (w - ew))
        images[i, :, y:y + eh, x:x + ew] = torch.rand(1, generator=generator).item() * 0.6
    return images


def shade(generator, images, strength):
    """Multiplied by a smooth random field: another detector's heel effect, another coil's sensitivity."""
    coarse = torch.exp(uniform(generator, (images.shape[0], 1, 3, 3), -strength, strength))
    return images * F.interpolate(coarse, size=images.shape[2:], mode='bicubic', align_corners=True)


def chest_batch(generator, images):
    """[n,1,128,128] 0..1 -> the same shape. Left and right are swapped at times: pneumonia has no side."""
    n = images.shape[0]
    theta = affine(generator, n, 12, 0.18, 0.10, 0.12)
    theta[:, :, 0] *= torch.where(torch.rand(n, 1, generator=generator) < 0.5, -1.0, 1.0)
    images = tones(generator, shade(generator, warp(images, theta), 0.15), 0.40, 0.18, 0.08, 0.03)
    images = erase(generator, soften(generator, images, 0.25), 0.4, corners=True)
    return erase(generator, images, 0.3, corners=False)


def class_batch(generator, images, strength=1.0):
    """[n,1,128,128] 0..1 -> the same shape, for breast ultrasound and brain MR: mirrors, zooms, tones, erased rectangles."""
    n = images.shape[0]
    theta = affine(generator, n, 15 * strength, 0.22 * strength, 0.10, 0.14 * strength)
    theta[:, :, 0] *= torch.where(torch.rand(n, 1, generator=generator) < 0.5, -1.0, 1.0)
    images = tones(generator, shade(generator, warp(images, theta), 0.12), 0.40, 0.20, 0.06, 0.03)
    return erase(generator, soften(generator, images, 0.25), 0.35, corners=False)


def drop_neighbours(generator, planes):
    """A third of the batch becomes single slices, some lose one neighbour, some are stacked from the other end."""
    planes = planes.clone()
    for i, draw in enumerate(torch.rand(planes.shape[0], generator=generator).tolist()):
        if draw < 0.35:
            planes[i, 0] = planes[i, 2] = planes[i, 1]
        elif draw < 0.42:
            planes[i, 0] = planes[i, 1]
        elif draw < 0.49:
            planes[i, 2] = planes[i, 1]
        elif draw < 0.75:
            planes[i] = planes[i].flip(0)
    return planes


def head_batch(generator, planes, masks):
    """[n,3,160,160] and [n,1,160,160], 0..1. Quarter turns and mirrors: the set's heads lie on their side."""
    n = planes.shape[0]
    theta = affine(generator, n, 18, 0.15, 0.07, 0.08)
    theta[:, :, 0] *= torch.where(torch.rand(n, 1, generator=generator) < 0.5, -1.0, 1.0)
    quarter = torch.randint(0, 4, (n,), generator=generator)
    cos, sin = torch.cos(quarter * math.pi / 2).round(), torch.sin(quarter * math.pi / 2).round()
    turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    theta = torch.cat([torch.bmm(turn, theta[:, :, :2]), theta[:, :, 2:]], dim=2)
    both = warp(torch.cat([drop_neighbours(generator, planes), masks], dim=1), theta)
    planes = tones(generator, both[:, :3], 0.15, 0.10, 0.04, 0.05)
    planes = erase(generator, soften(generator, planes, 0.3), 0.1, corners=False)
    return planes, both[:, 3:]

def turned_volumes(generator, n, turn_degrees, scale, shift):
    """[n,3,4] mirrors, now and then another order of the axes, small rotations, zooms of each axis and shifts."""
    angles = uniform(generator, (n, 3), -turn_degrees, turn_degrees) * math.pi / 180
    zero, one = torch.zeros(n), torch.ones(n)
    turn = torch.eye(3).expand(n, 3, 3)
    for axis, (a, b) in enumerate(((1, 2), (0, 2), (0, 1))):
        rows = [[one if i == j else zero for j in range(3)] for i in range(3)]
        cos, sin = torch.cos(angles[:, axis]), torch.sin(angles[:, axis])
        rows[a][a], rows[b][b], rows[a][b], rows[b][a] = cos, cos, -sin, sin
        turn = turn @ torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    mirrors = torch.sign(torch.rand(n, 3, generator=generator) - 0.5)
    zooms = torch.exp(uniform(generator, (n, 3), -scale, scale)) * mirrors
    return torch.cat([turn * zooms[:, None, :], uniform(generator, (n, 3, 1), -shift, shift)], dim=2)


def swapped(generator, volumes, masks, chance):
    """Rows and columns exchanged on some: neither sender nor reader need agree with the set on them."""
    if torch.rand(1, generator=generator).item() >= chance:
        return volumes, masks
    order = [(0, 1, 2, 4, 3), (0, 1, 4, 3, 2), (0, 1, 3, 2, 4)][int(torch.randint(0, 3, (1,), generator=generator))]
    return volumes.permute(order), masks.permute(order)


def volume_batch(generator, volumes, masks):
    """[n,1,D,H,W] grey 0..1 and one plane a class, both moved alike; the tone, the coil's field and the noise of the first."""
    n = volumes.shape[0]
    volumes, masks = swapped(generator, volumes, masks, 0.25)
    grid = F.affine_grid(turned_volumes(generator, n, 12, 0.12, 0.08), [n, 1, *volumes.shape[2:]], align_corners=False)
    moved = F.grid_sample(torch.cat([volumes, masks], dim=1), grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    volumes, masks = moved[:, :1], moved[:, 1:]
    axes = [torch.linspace(-1, 1, side).view([-1 if i == k else 1 for i in range(3)]) for k, side in enumerate(volumes.shape[2:])]
    slopes = uniform(generator, (n, 3, 1, 1, 1, 1), -0.15, 0.15)
    field = 1 + sum(slopes[:, k] * axes[k] for k in range(3))
    one = (n, 1, 1, 1, 1)
    volumes = (volumes * field).clamp(0, 1) ** torch.exp(uniform(generator, one, -0.25, 0.25))
    volumes = volumes * torch.exp(uniform(generator, one, -0.12, 0.12)) + uniform(generator, one, -0.05, 0.05) * (volumes > 0)
    grain = torch.randn(volumes.shape, generator=generator) * uniform(generator, one, 0, 0.05)
    return (volumes + grain).clamp(0, 1), masks
