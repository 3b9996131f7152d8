"""Real pictures spoiled on purpose, so that a network learns what spoils them: the labels of `image_quality`.

Every draw comes from one seeded torch generator. Pictures are [n,1,h,w], 0..1, bright = dense (or strong signal); lengths
are given for 224 pixels and grow with the picture. Between `fine` and spoiled there is a gap on purpose: nobody could say
which side a picture in it belongs to.
"""
import math

import torch
from torch.nn import functional as F

import augment
from augment import uniform

FLAWS = ('motion', 'noise', 'exposure', 'inversion', 'position')
# What may be said of each kind of picture. A CT window clips by intent, an MR value has no unit, and a breast still no upright.
JUDGED = {
    'chest': FLAWS,
    'head': ('motion', 'noise', 'inversion', 'position'),
    'brain': ('motion', 'noise', 'inversion', 'position'),
    'breast': ('motion', 'noise', 'exposure', 'inversion'),
}
TRAINED_PIXELS = 224
MOTION_PIXELS = (7.0, 18.0)     # the way of the picture while it was taken
FINE_MOTION_PIXELS = 2.5
NOISE_SNR = (2.5, 8.0)          # mean of what is not background, divided by the noise's standard deviation
FINE_SNR = 20.0
GHOST_SHARE = (0.25, 0.6)       # of an MR slice's signal that went to its ghosts
SATURATED = (0.20, 0.55)        # share of the foreground burned out to white
CRUSHED = (0.40, 0.70)          # or lost in black
GREY_LEVELS = (4, 12)           # or the few levels an underexposed picture has
TURNED_DEGREES = 25             # a chest turned so far and more
BACKGROUND = 0.08


def line_kernels(lengths, angles, radius):
    """[n,1,k,k] kernels of a straight way of so many pixels."""
    axis = torch.arange(-radius, radius + 1, dtype=torch.float32)
    y, x = torch.meshgrid(axis, axis, indexing='ij')
    cos, sin = torch.cos(angles).view(-1, 1, 1), torch.sin(angles).view(-1, 1, 1)
    along, across = (x * cos + y * sin).abs(), (y * cos - x * sin).abs()
    weights = (1 - across).clamp(0, 1) * (lengths.view(-1, 1, 1) / 2 + 0.5 - along).clamp(0, 1)
    return (weights / weights.sum((1, 2), keepdim=True))[:, None]


def moved(generator, images, low, high):
    n, side = images.shape[0], images.shape[-1]
    scale = side / TRAINED_PIXELS
    lengths = uniform(generator, (n,), low, high) * scale
    radius = int(math.ceil(high * scale / 2)) + 1
    kernels = line_kernels(lengths, uniform(generator, (n,), 0, math.pi), radius)
    padded = F.pad(images.transpose(0, 1), (radius,) * 4, mode='replicate')
    return F.conv2d(padded, kernels, groups=n).transpose(0, 1)


def ghosted(generator, image):
    """Breathing or a pulse in MR: weaker copies along the phase-encoding direction."""
    axis = 2 + int(torch.randint(0, 2, (1,), generator=generator))
    parts = int(torch.randint(2, 9, (1,), generator=generator))
    share = uniform(generator, (1,), *GHOST_SHARE).item()
    step = image.shape[axis] // parts
    copies = (torch.roll(image, step, axis) + torch.roll(image, -step, axis)) / 2
    return (1 - share) * image + share * copies


def grained(generator, images, domains, snr):
    """Gaussian; Rician in MR, and in CT only where the window does not clip."""
    n = images.shape[0]
    inside = (images > BACKGROUND).float()
    mean = (images * inside).sum((1, 2, 3)) / inside.sum((1, 2, 3)).clamp(min=1)
    sigma = (mean / snr).view(-1, 1, 1, 1)
    first, second = (torch.randn(images.shape, generator=generator) for _ in range(2))
    coarse = F.avg_pool2d(first, 3, 1, 1) * 3
    first = torch.where(torch.rand(n, 1, 1, 1, generator=generator) < 0.4, coarse, first)
    out = images + first * sigma
    for i, domain in enumerate(domains):
        if domain == 'brain':
            out[i] = torch.sqrt(out[i] ** 2 + (second[i] * sigma[i]) ** 2)
        if domain == 'head':
            out[i] = torch.where((images[i] > 0.02) & (images[i] < 0.98), out[i], images[i])
    return out.clamp(0, 1)


def exposed(generator, image):
    """Burned out, lost in black, or too few grey levels to tell tissue from tissue."""
    foreground = image[image > BACKGROUND]
    if len(foreground) < 64:
        foreground = image.flatten()
    kind = torch.rand(1, generator=generator).item()
    if kind < 0.4:
        white = torch.quantile(foreground, 1 - uniform(generator, (1,), *SATURATED)).clamp(min=0.05)
        return (image / white).clamp(0, 1)
    if kind < 0.75:
        black = torch.quantile(foreground, uniform(generator, (1,), *CRUSHED)).clamp(max=0.95)
        return ((image - black) / (1 - black)).clamp(0, 1)
    levels = int(torch.randint(*GREY_LEVELS, (1,), generator=generator))
    return torch.floor(image * levels).clamp(max=levels - 1) / (levels - 1)


def misplaced(generator, image, domain):
    """Turned (a chest only), out of the middle, or cut: one of them."""
    kind, draw = torch.rand(1, generator=generator).item(), lambda low, high: uniform(generator, (1,), low, high).item()
    sign = lambda: 1.0 if torch.rand(1, generator=generator).item() < 0.5 else -1.0
    theta = torch.zeros(1, 2, 3)
    theta[0, 0, 0] = theta[0, 1, 1] = 1.0
    if domain == 'chest' and kind < 0.4:
        angle = math.radians(draw(TURNED_DEGREES, 180)) * sign()
        theta[0, :, :2] = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    elif kind < 0.7:
        axis = int(torch.randint(0, 2, (1,), generator=generator))
        theta[0, axis, 2] = draw(0.55, 1.0) * sign()
    else:
        zoom = draw(1.7, 2.6)
        theta[0, :, :2] /= zoom
        theta[0, :, 2] = torch.tensor([draw(-1, 1), draw(-1, 1)]) * (1 - 1 / zoom)
    return augment.warp(image, theta)


def spoil(generator, images, domains, wanted):
    """`wanted`: [n,5] bool in the order of FLAWS. In the order the flaws come about: place, motion, exposure, noise, and the LUT last."""
    images = images.clone()
    at = lambda flaw: torch.nonzero(wanted[:, FLAWS.index(flaw)]).flatten().tolist()
    for i in at('position'):
        images[i:i + 1] = misplaced(generator, images[i:i + 1], domains[i])
    still = []
    for i in at('motion'):
        if domains[i] == 'brain' and torch.rand(1, generator=generator).item() < 0.5:
            images[i:i + 1] = ghosted(generator, images[i:i + 1])
        else:
            still.append(i)
    if still:
        images[still] = moved(generator, images[still], *MOTION_PIXELS)
    for i in at('exposure'):
        images[i:i + 1] = exposed(generator, images[i:i + 1])
    noisy = at('noise')
    if noisy:
        low, high = (math.log(snr) for snr in NOISE_SNR)
        images[noisy] = grained(generator, images[noisy], [domains[i] for i in noisy], torch.exp(uniform(generator, (len(noisy),), low, high)))
    turned = at('inversion')
    images[turned] = 1 - images[turned]
    return images


def fine(generator, images, domains):
    """What a good picture may look like as well: turned and shifted a little, mirrored, another tone, a trace of noise and motion, a side marker."""
    n = images.shape[0]
    theta = augment.affine(generator, n, 8, 0.15, 0.10, 0.08)
    theta[:, :, 0] *= torch.where(torch.rand(n, 1, generator=generator) < 0.5, -1.0, 1.0)
    images = augment.warp(images, theta)
    quarter = torch.randint(0, 4, (n,), generator=generator).tolist()
    for i, domain in enumerate(domains):
        # Slices of heads come in every plane and, in one set, lying on their side.
        if domain in ('head', 'brain') and quarter[i]:
            images[i] = torch.rot90(images[i], quarter[i], (1, 2))
    images = augment.tones(generator, augment.shade(generator, images, 0.12), 0.30, 0.08, 0.03, 0.0)
    images = augment.erase(generator, images, 0.2, corners=True)
    still = torch.nonzero(torch.rand(n, generator=generator) < 0.4).flatten()
    if len(still):
        images[still] = moved(generator, images[still], 0.5, FINE_MOTION_PIXELS)
    clean = FINE_SNR / uniform(generator, (n,), 0.02, 1.0)
    return torch.where(torch.rand(n, 1, 1, 1, generator=generator) < 0.6, grained(generator, images, domains, clean), images)
