"""What each network learns from a batch: its samples, its arrays and its loss."""
from dataclasses import dataclass
from typing import Callable

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional as F

import augment
import data
import quality
import volumes


@dataclass
class Task:
    samples: Callable
    arrays: Callable
    loss: Callable
    watch: Callable


def smoothed(wanted, batch, plan):
    """Targets drawn towards the middle, by source: the less its labels can be trusted, the more."""
    amount = torch.tensor([plan['smoothing'][s.source] for s in batch])[:, None]
    return wanted * (1 - amount) + amount / max(2, wanted.shape[1])


def mix(generator, images, wanted, batch, plan, chance=0.7):
    """Mixup within the sources that have too few images to be learned by heart safely."""
    index = torch.tensor([i for i, s in enumerate(batch) if s.source in plan['mixed']], dtype=torch.long)
    if len(index) == 0:
        return images, wanted
    partner = index[torch.randperm(len(index), generator=generator)]
    share = 0.5 + 0.5 * torch.rand(len(index), generator=generator)
    share[torch.rand(len(index), generator=generator) > chance] = 1.0
    mixed, targets = images.clone(), wanted.clone()
    mixed[index] = images[index] * share[:, None, None, None] + images[partner] * (1 - share[:, None, None, None])
    targets[index] = wanted[index] * share[:, None] + wanted[partner] * (1 - share[:, None])
    return mixed, targets


def truth_of(batch):
    return torch.tensor([[float(s.label)] for s in batch])


def coarser(images, plan, progress):
    until, pixels = plan['coarse']
    return images if progress >= until else F.interpolate(images, size=(pixels, pixels), mode='bilinear', antialias=True, align_corners=False)


def chest_loss(network, arrays, batch, chosen, plan, progress, generator):
    images = torch.from_numpy(arrays[0][chosen])[:, None].float() / 255
    images, wanted = mix(generator, augment.chest_batch(generator, images), smoothed(truth_of(batch), batch, plan), batch, plan)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits, _ = network.classify(coarser(images, plan, progress))
    return F.binary_cross_entropy_with_logits(logits.float(), wanted)


def head_loss(network, arrays, batch, chosen, plan, progress, generator):
    planes = torch.from_numpy(arrays[0][chosen]).float() / 255
    masks = torch.from_numpy(arrays[1][chosen]).float() / 255
    planes, masks = augment.head_batch(generator, planes, masks)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits, drawn = network(planes.to(memory_format=torch.channels_last))
    region = F.avg_pool2d(masks, 4)
    cell = F.binary_cross_entropy_with_logits(drawn.float(), region, pos_weight=torch.tensor(3.0))
    soft = torch.sigmoid(drawn.float())
    dice = 1 - (2 * (soft * region).sum((1, 2, 3)) + 1) / (soft.sum((1, 2, 3)) + region.sum((1, 2, 3)) + 1)
    return F.binary_cross_entropy_with_logits(logits.float(), smoothed(truth_of(batch), batch, plan)) + cell + 0.3 * dice.mean()


def class_loss(network, arrays, batch, chosen, plan, progress, generator):
    variant = torch.randint(0, arrays[0].shape[1], (len(chosen),), generator=generator).numpy()
    images = torch.from_numpy(arrays[0][chosen, variant])[:, None].float() / 255
    wanted = F.one_hot(torch.tensor([s.label for s in batch]), network.classifier.out_channels).float()
    images, wanted = mix(generator, augment.class_batch(generator, images), smoothed(wanted, batch, plan), batch, plan, chance=0.5)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits, _ = network.classify(coarser(images, plan, progress))
    return F.cross_entropy(logits.float(), wanted)


def planes_of(masks, classes):
    """[n,D,H,W] labels -> one plane a label but 0."""
    return torch.stack([(masks == k).float() for k in range(1, classes)], dim=1)


def volume_loss(network, arrays, batch, chosen, plan, progress, generator):
    grey = torch.from_numpy(arrays[0][chosen])[:, None].float() / 255
    grey, wanted = augment.volume_batch(generator, grey, planes_of(torch.from_numpy(arrays[1][chosen]), network.draw.out_channels))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits = network(grey)
    logits = logits.float()
    wanted = torch.cat([1 - wanted.sum(dim=1, keepdim=True), wanted], dim=1)
    soft, flat = torch.softmax(logits, dim=1)[:, 1:], (0, 2, 3, 4)
    dice = 1 - (2 * (soft * wanted[:, 1:]).sum(flat) + 1) / (soft.sum(flat) + wanted[:, 1:].sum(flat) + 1)
    # Every voxel weighs the same: a lighter background makes the structure too large.
    return -(wanted * F.log_softmax(logits, dim=1)).sum(dim=1).mean() + dice.mean()


def validation_dice(network, arrays, samples):
    """Shown while training; nothing is chosen by it."""
    network.eval()
    found = []
    with torch.no_grad():
        for grey in torch.from_numpy(arrays[0]).float() / 255:
            found.append(network(grey[None, None])[0].argmax(dim=0).numpy())
    found, wanted = np.stack(found), arrays[1]
    score = lambda a, b: np.mean([2 * (x & y).sum() / (x.sum() + y.sum()) for x, y in zip(a, b)])
    excess = np.mean([abs((f > 0).sum() / (w > 0).sum() - 1) for f, w in zip(found, wanted)])
    return {'whole': round(score(found > 0, wanted > 0), 4), **{k: round(score(found == k, wanted == k), 4) for k in (1, 2)}, 'volume error': round(excess, 4)}


def watched(name):
    return lambda network, arrays, samples: validation_auc(name, network, arrays, samples)


def class_task(name):
    return Task(lambda: data.class_samples(name), lambda some: (data.class_arrays(name, some),), class_loss, watched(name))


TASKS = {
    'cxr': Task(data.chest_samples, lambda some: (data.chest_arrays(some),), chest_loss, watched('cxr')),
    'head_ct': Task(data.head_samples, data.head_arrays, head_loss, watched('head_ct')),
    'breast_us': class_task('breast_us'),
    'brain_mr': class_task('brain_mr'),
    'hippocampus': Task(volumes.samples, volumes.arrays, volume_loss, validation_dice),
    'image_quality': Task(quality.samples, quality.arrays, quality.loss, quality.watch),
}


def shown(name, arrays):
    """What the network is given of each sample while training is watched: [n,C,h,w] uint8."""
    return arrays[0] if name == 'head_ct' else arrays[0][:, :1] if name in data.CLASSES else arrays[0][:, None]


def validation_auc(name, network, arrays, samples):
    """Shown while training; nothing is chosen by it."""
    network.eval()
    images, scores = shown(name, arrays), []
    with torch.no_grad():
        for start in range(0, len(samples), 64):
            some = (torch.from_numpy(images[start:start + 64]).float() / 255).to(memory_format=torch.channels_last)
            logits, _ = network(some) if name == 'head_ct' else network.classify(some)
            scores.append(logits.float().numpy())
    scores, label = np.concatenate(scores), np.array([s.label for s in samples])
    sources = sorted({s.source for s in samples})
    columns = [(0, 1)] if scores.shape[1] == 1 else [(k, k) for k in range(scores.shape[1])]
    return {f'{source} {wanted}': round(roc_auc_score(label[here] == wanted, scores[here][:, column]), 4)
            for source in sources for here in [np.array([s.source == source for s in samples])] for column, wanted in columns}
