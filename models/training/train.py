"""python3 models/training/train.py cxr|head_ct  ->  models/<id>/model.onnx (and a checkpoint outside the tree).

Seeded; reads ../shared/data only. The weights kept are the moving average after the last epoch: no epoch is chosen
by its validation score, so that the score reported by evaluate.py has chosen nothing but a temperature and a threshold.
"""
import argparse
import copy
import math
import os
import time

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional as F

import augment
import data
from network import NETWORKS

HERE = os.path.dirname(os.path.abspath(__file__))
# `epochs` is the length of the learning-rate schedule, `stop` the epoch after which training ends.
PLANS = {
    'cxr': dict(seed=20, epochs=16, stop=14, draws=3072, batch=64, rate=3e-3, smoothing=0.06, decay=0.05),
    'head_ct': dict(seed=21, epochs=36, stop=36, draws=2560, batch=64, rate=3e-3, smoothing=0.04, decay=0.05),
}
CHEST_SHARES = {('kermany', 0): 0.28, ('kermany', 1): 0.28, ('nih', 0): 0.22, ('nih', 1): 0.22}


def draw_epoch(samples, plan, generator):
    """Indices balanced by source and class, so that neither the larger source nor the commoner class rules."""
    cells = {}
    for i, s in enumerate(samples):
        cells.setdefault((s.source, s.positive), []).append(i)
    picked = []
    for key in sorted(cells):
        count = int(plan['draws'] * CHEST_SHARES.get(key, 1 / len(cells)))
        picked += [cells[key][j] for j in torch.randint(0, len(cells[key]), (count,), generator=generator).tolist()]
    order = torch.randperm(len(picked), generator=generator).tolist()
    return [picked[i] for i in order]


def mix(generator, images, targets, chance=0.5):
    """Mixup on half of the batches: the adult source has too few images to be learned by heart safely."""
    if torch.rand(1, generator=generator).item() > chance:
        return images, targets
    share = 0.5 + 0.5 * torch.rand(1, generator=generator).item()
    other = torch.randperm(images.shape[0], generator=generator)
    return images * share + images[other] * (1 - share), targets * share + targets[other] * (1 - share)


def chest_loss(network, arrays, targets, chosen, plan, generator):
    images = torch.from_numpy(arrays[0][chosen])[:, None].float() / 255
    images, wanted = mix(generator, augment.chest_batch(generator, images), targets[chosen])
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits, _ = network.classify(images)
    wanted = wanted * (1 - plan['smoothing']) + plan['smoothing'] / 2
    return F.binary_cross_entropy_with_logits(logits.float()[:, 0], wanted)


def head_loss(network, arrays, targets, chosen, plan, generator):
    planes = torch.from_numpy(arrays[0][chosen]).float() / 255
    masks = torch.from_numpy(arrays[1][chosen]).float() / 255
    planes, masks = augment.head_batch(generator, planes, masks)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits, drawn = network(planes.to(memory_format=torch.channels_last))
    wanted = targets[chosen] * (1 - plan['smoothing']) + plan['smoothing'] / 2
    region = F.avg_pool2d(masks, 4)
    cell = F.binary_cross_entropy_with_logits(drawn.float(), region, pos_weight=torch.tensor(3.0))
    soft = torch.sigmoid(drawn.float())
    dice = 1 - (2 * (soft * region).sum((1, 2, 3)) + 1) / (soft.sum((1, 2, 3)) + region.sum((1, 2, 3)) + 1)
    return F.binary_cross_entropy_with_logits(logits.float()[:, 0], wanted) + cell + 0.3 * dice.mean()


def validation_auc(name, network, arrays, samples):
    network.eval()
    scores = []
    with torch.no_grad():
        for start in range(0, len(samples), 64):
            images = torch.from_numpy(arrays[0][start:start + 64]).float() / 255
            logits, _ = network.classify(images[:, None]) if name == 'cxr' else network(images.to(memory_format=torch.channels_last))
            scores.append(logits[:, 0].float().numpy())
    scores, truth = np.concatenate(scores), np.array([s.positive for s in samples])
    sources = sorted({s.source for s in samples})
    return {source: round(roc_auc_score(truth[here], scores[here]), 4)
            for source in sources for here in [np.array([s.source == source for s in samples])]}


def update_average(average, network, step):
    keep = min(0.998, (1 + step) / (10 + step))
    with torch.no_grad():
        for mine, theirs in zip(average.state_dict().values(), network.state_dict().values()):
            mine.copy_(mine * keep + theirs * (1 - keep) if mine.dtype.is_floating_point else theirs)


def fit(name, plan, checkpoint):
    torch.manual_seed(plan['seed'])
    generator = torch.Generator().manual_seed(plan['seed'])
    samples = data.chest_samples() if name == 'cxr' else data.head_samples()
    train, val = ([s for s in samples if s.split == split] for split in ('train', 'val'))
    read = (lambda some: (data.chest_arrays(some),)) if name == 'cxr' else data.head_arrays
    arrays, val_arrays = read(train), read(val)
    targets = torch.tensor([float(s.positive) for s in train])
    network = NETWORKS[name]().to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan['rate'], weight_decay=plan['decay'])
    steps = plan['epochs'] * math.ceil(plan['draws'] / plan['batch'])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan['rate'], total_steps=steps + 1, pct_start=0.25)
    loss_of, step, began = (chest_loss if name == 'cxr' else head_loss), 0, time.time()
    for epoch in range(plan['stop']):
        network.train()
        order, total = draw_epoch(train, plan, generator), 0.0
        for start in range(0, len(order), plan['batch']):
            loss = loss_of(network, arrays, targets, order[start:start + plan['batch']], plan, generator)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            update_average(average, network, step)
            step, total = step + 1, total + loss.item() * len(order[start:start + plan['batch']])
        print(f'{name} epoch {epoch + 1}/{plan["epochs"]} loss {total / len(order):.4f} '
              f'val AUC {validation_auc(name, average, val_arrays, val)} {time.time() - began:.0f} s', flush=True)
        torch.save(average.state_dict(), checkpoint)
    return average


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('model', choices=sorted(PLANS))
    parser.add_argument('--epochs', type=int, help='a shorter trial run')
    parser.add_argument('--checkpoint', help='where the weights are kept after each epoch (default: .training/<id>.pt)')
    args = parser.parse_args()
    plan = dict(PLANS[args.model], **({'epochs': args.epochs, 'stop': args.epochs} if args.epochs else {}))
    checkpoint = args.checkpoint or os.path.join(HERE, '.training', f'{args.model}.pt')
    os.makedirs(os.path.dirname(checkpoint), exist_ok=True)
    fit(args.model, plan, checkpoint)
    from export import export
    export(args.model, checkpoint)


if __name__ == '__main__':
    main()
