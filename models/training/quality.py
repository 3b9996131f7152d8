"""`image_quality`: its pictures, what is asked of each, and its loss."""
import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional as F

import data
import degrade
import preprocess
from degrade import FLAWS, JUDGED

QUALITY_SIZE = 224
STRETCH_LOW, STRETCH_HIGH = 0.005, 0.995
FOLDERS = {'chest': 'cxr', 'head': 'head_ct', 'brain': 'brain_mr', 'breast': 'breast_us'}
DOMAINS = tuple(FOLDERS)
SPOILED, TWICE = 0.65, 0.25   # share of the draws with a flaw, and of these with a second one


def samples():
    """Every picture of the four sets, by kind. A patient (group) stands on one side of the split, as in the sets."""
    return [data.Sample(r['file'], f"{domain}/{r['group']}", domain, 0, r['split'], r['licence']) for domain in DOMAINS for r in data.rows_of(FOLDERS[domain])]


def picture(sample):
    """[rows, columns] grey 0..1 as it came: display values, a CT's brain window, an MR's magnitude."""
    return data.grey_image(FOLDERS[sample.source], sample.file).astype(np.float64) / 255


def quality_tensor(values):
    """[rows, columns] values -> [1,224,224] float32. Squashed and stretched between two order statistics: the chest's path, in one channel."""
    grey = preprocess.area_resize(values, QUALITY_SIZE, QUALITY_SIZE)
    return preprocess.percentile_stretch(grey, STRETCH_LOW, STRETCH_HIGH)[None].astype(np.float32)


def arrays(some):
    """[n,224,224] uint8, not yet stretched: the flaws come first."""
    return (np.stack([np.rint(preprocess.area_resize(picture(s), QUALITY_SIZE, QUALITY_SIZE) * 255).astype(np.uint8) for s in some]),)


def stretched(images):
    """The product's stretch on a batch, its order statistics taken from every fourth pixel: training only."""
    ordered = images[:, :, ::2, ::2].flatten(1).sort(dim=1).values
    last = ordered.shape[1] - 1
    low, high = (ordered[:, int(share * last)].view(-1, 1, 1, 1) for share in (STRETCH_LOW, STRETCH_HIGH))
    return ((images - low) / (high - low).clamp(min=1e-3)).clamp(0, 1)


def judged(domains):
    """[n,6] 1 where the flaw may be asked of the picture; always where nothing is wrong."""
    return torch.tensor([[*(float(flaw in JUDGED[domain]) for flaw in FLAWS), 1.0] for domain in domains])


def drawn_flaws(generator, domains):
    """[n,5] bool: none, one or two of those the picture is judged by."""
    wanted = torch.zeros(len(domains), len(FLAWS), dtype=torch.bool)
    for i, domain in enumerate(domains):
        if torch.rand(1, generator=generator).item() >= SPOILED:
            continue
        for _ in range(2 if torch.rand(1, generator=generator).item() < TWICE else 1):
            own = JUDGED[domain]
            wanted[i, FLAWS.index(own[int(torch.randint(0, len(own), (1,), generator=generator))])] = True
    return wanted


def truth_of(wanted):
    """[n,6]: the flaws, and whether there is none."""
    return torch.cat([wanted.float(), (~wanted.any(dim=1, keepdim=True)).float()], dim=1)


def loss(network, pictures, batch, chosen, plan, progress, generator):
    domains = [s.source for s in batch]
    images = degrade.fine(generator, torch.from_numpy(pictures[0][chosen])[:, None].float() / 255, domains)
    wanted = drawn_flaws(generator, domains)
    images = stretched(degrade.spoil(generator, images, domains, wanted))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits = network(images.contiguous(memory_format=torch.channels_last))
    amount = plan['smoothing']
    targets, asked = truth_of(wanted) * (1 - amount) + amount / 2, judged(domains)
    return (F.binary_cross_entropy_with_logits(logits.float(), targets, reduction='none') * asked).sum() / asked.sum()


def watch(network, pictures, some):
    """AUC a flaw on seeded draws of validation pictures: shown while training, nothing is chosen by it."""
    network.eval()
    generator, domains = torch.Generator().manual_seed(1), [s.source for s in some]
    wanted, scores = drawn_flaws(generator, domains), []
    with torch.no_grad():
        for start in range(0, len(some), 64):
            part = slice(start, start + 64)
            images = torch.from_numpy(pictures[0][part])[:, None].float() / 255
            scores.append(network(stretched(degrade.spoil(generator, images, domains[part], wanted[part]))).numpy())
    scores, truth, asked = np.concatenate(scores), truth_of(wanted).numpy(), judged(domains).numpy() > 0
    return {name: round(roc_auc_score(truth[asked[:, k], k], scores[asked[:, k], k]), 4) for k, name in enumerate((*FLAWS, 'good'))}
