"""python3 models/training/train.py <id>  ->  models/<id>/model.onnx (and a checkpoint outside the tree).

Seeded; reads ../shared/data only. The weights kept are the moving average after the last epoch: no epoch is chosen
by its validation score, so that the score reported by evaluate.py has chosen nothing but a calibration and a threshold.
"""
import argparse
import copy
import math
import os
import time

import torch

from evaluate import calibrate
from export import checkpoint_of, export
from network import NETWORKS
from plans import PLANS
from tasks import TASKS


def shares_at(plan, progress):
    """The source shares of the last stage begun at this part (0..1) of the schedule."""
    return [shares for begin, shares in plan['shares'] if progress >= begin][-1]


def draw_epoch(samples, plan, shares, generator):
    """Indices balanced by source and class, so that neither the larger source nor the commoner class rules."""
    cells = {}
    for i, s in enumerate(samples):
        cells.setdefault((s.source, s.label), []).append(i)
    picked = []
    for key in sorted(cells):
        classes = len({label for source, label in cells if source == key[0]})
        count = int(plan['draws'] * shares[key[0]] / classes)
        picked += [cells[key][j] for j in torch.randint(0, len(cells[key]), (count,), generator=generator).tolist()]
    order = torch.randperm(len(picked), generator=generator).tolist()
    return [picked[i] for i in order]


def update_average(average, network, step):
    keep = min(0.998, (1 + step) / (10 + step))
    with torch.no_grad():
        for mine, theirs in zip(average.state_dict().values(), network.state_dict().values()):
            mine.copy_(mine * keep + theirs * (1 - keep) if mine.dtype.is_floating_point else theirs)


def fit_member(name, plan, seed, arrays, samples, report):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    task, network = TASKS[name], NETWORKS[name]()
    deep = any(weight.dim() == 5 for weight in network.parameters())
    network = network.to(memory_format=torch.channels_last_3d if deep else torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan['rate'], weight_decay=plan['decay'])
    steps = plan['epochs'] * math.ceil(plan['draws'] / plan['batch'])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan['rate'], total_steps=steps + 1, pct_start=0.25)
    step, began = 0, time.time()
    for epoch in range(plan['stop']):
        network.train()
        order, total = draw_epoch(samples, plan, shares_at(plan, epoch / plan['epochs']), generator), 0.0
        for start in range(0, len(order), plan['batch']):
            chosen = order[start:start + plan['batch']]
            loss = task.loss(network, arrays, [samples[i] for i in chosen], chosen, plan, epoch / plan['epochs'], generator)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            update_average(average, network, step)
            step, total = step + 1, total + loss.item() * len(chosen)
        report(f'{name} seed {seed} epoch {epoch + 1}/{plan["epochs"]} loss {total / len(order):.4f} {time.time() - began:.0f} s', average, epoch)
    return average


def fit(name, plan, checkpoint):
    """Trains the members one after the other and keeps their weights as a list, after each epoch."""
    task = TASKS[name]
    samples = task.samples()
    train, val = ([s for s in samples if s.split == split] for split in ('train', 'val'))
    arrays, val_arrays = task.arrays(train), task.arrays(val)
    members = []

    def report(line, average, epoch):
        shown = f' val {task.watch(average, val_arrays, val)}' if epoch % 4 == 3 else ''
        print(line + shown, flush=True)
        torch.save({'members': [*members, average.state_dict()]}, checkpoint)

    for seed in plan['seeds']:
        members.append(fit_member(name, plan, seed, arrays, train, report).state_dict())
    torch.save({'members': members}, checkpoint)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('model', choices=sorted(PLANS))
    parser.add_argument('--epochs', type=int, help='a shorter trial run')
    parser.add_argument('--seeds', type=int, nargs='+', help='other members than the plan names')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--checkpoint', help='where the weights are kept after each epoch (default: .training/<id>.pt)')
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    plan = dict(PLANS[args.model], **({'epochs': args.epochs, 'stop': args.epochs} if args.epochs else {}),
                **({'seeds': args.seeds} if args.seeds else {}))
    checkpoint = args.checkpoint or checkpoint_of(args.model)
    os.makedirs(os.path.dirname(checkpoint), exist_ok=True)
    fit(args.model, plan, checkpoint)
    calibrate(args.model, checkpoint)
    export(args.model, checkpoint)


if __name__ == '__main__':
    main()
