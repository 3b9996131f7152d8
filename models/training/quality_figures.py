"""Figures of `image_quality`: each flaw of each kind of picture, on the validation patients, spoiled by a seed of their own."""
import numpy as np
import torch

import degrade
import metrics
import quality
from degrade import FLAWS, JUDGED
from quality_net import OUTPUTS

SEED = 41
GOOD = ('good', 'varied')
# Of good pictures, as they are and varied within reason: how many must be let through without a word, and without a call for a repeat.
WANTED_SPECIFICITY, WANTED_FLAG_SPECIFICITY = 0.99, 0.998
LEAST_WARN, LEAST_FLAG = 0.5, 0.8


def spoiled(sample, variant, generator):
    """The picture as it came, varied within reason, or with one flaw; in the eight bits it would be kept in."""
    image = torch.from_numpy(quality.picture(sample)).float()[None, None]
    wanted = torch.zeros(1, len(FLAWS), dtype=torch.bool)
    if variant == 'varied':
        image = degrade.fine(generator, image, [sample.source])
    elif variant in FLAWS:
        wanted[0, FLAWS.index(variant)] = True
        image = degrade.spoil(generator, image, [sample.source], wanted)
    return np.rint(image[0, 0].numpy().astype(np.float64) * 255) / 255, quality.truth_of(wanted)[0].numpy()


def rows(model):
    """One row a validation picture and variant. A picture that its flaw left blank is no picture: the product refuses it by rule."""
    generator, out, tensors = torch.Generator().manual_seed(SEED), [], []
    for sample in (s for s in quality.samples() if s.split == 'val'):
        for variant in (*GOOD, *JUDGED[sample.source]):
            values, truth = spoiled(sample, variant, generator)
            try:
                tensors.append(quality.quality_tensor(values))
            except ValueError:
                continue
            out.append(dict(sample=sample, variant=variant, truth=truth))
    with torch.no_grad():
        for start in range(0, len(tensors), 64):
            probs = model(torch.from_numpy(np.stack(tensors[start:start + 64]))).numpy().astype(np.float64)
            for row, p in zip(out[start:start + 64], probs):
                row['probs'] = p
    return out


def column(some, name):
    k = OUTPUTS.index(name)
    return np.array([r['probs'][k] for r in some]), np.array([int(r['truth'][k]) for r in some])


def asked(some, name):
    return [r for r in some if name == 'good' or name in JUDGED[r['sample'].source]]


def temperatures(some):
    """The divisor of each output's logit, over all kinds of pictures that are judged by it."""
    found = []
    for name in OUTPUTS:
        scores, truth = column(asked(some, name), name)
        found.append(metrics.fit_temperature(metrics.logit(scores), truth, np.ones(len(truth))))
    return found


def limits(some, domain, flaw):
    """(warn, flag): where good pictures are left in peace."""
    scores, truth = column([r for r in some if r['sample'].source == domain and r['variant'] in (*GOOD, flaw)], flaw)
    at = lambda wanted: metrics.specific_threshold(scores, truth, [np.arange(len(truth))], wanted)
    warn = max(LEAST_WARN, at(WANTED_SPECIFICITY))
    return warn, max(warn, LEAST_FLAG, at(WANTED_FLAG_SPECIFICITY))


def cross_fitted(some, domain, flaw, folds=5):
    """Sensitivity and specificity, each patient judged by a calibration and a threshold that never saw it."""
    fold_of, flags, truths = metrics.folds_of([r['sample'].group for r in some], folds), [], []
    k = OUTPUTS.index(flaw)
    for fold in range(folds):
        others = [r for r in some if fold_of[r['sample'].group] != fold]
        own = [r for r in some if fold_of[r['sample'].group] == fold and r['sample'].source == domain and r['variant'] in (*GOOD, flaw)]
        scores, truth = column(asked(others, flaw), flaw)
        divisor = metrics.fit_temperature(metrics.logit(scores), truth, np.ones(len(truth)))
        rescaled = [dict(r, probs=metrics.sigmoid(metrics.logit(r['probs']) / divisor)) for r in others]
        warn, _ = limits(rescaled, domain, flaw)
        flags += [float(metrics.sigmoid(metrics.logit(r['probs'][k]) / divisor)) >= warn for r in own]
        truths += [r['variant'] == flaw for r in own]
    flags, truths = np.array(flags), np.array(truths)
    return {'sensitivity': round(float(flags[truths].mean()), 4), 'specificity': round(float((~flags)[~truths].mean()), 4)}


def flaw_figures(some, domain, flaw, warn, flag):
    """Against good pictures, as they are and varied; and the AUC against pictures with another flaw."""
    own = [r for r in some if r['sample'].source == domain]
    against_good = [r for r in own if r['variant'] in (*GOOD, flaw)]
    against_flaws = [r for r in own if r['variant'] not in GOOD]
    scores, truth = column(against_good, flaw)
    figures = metrics.binary_figures(scores, truth, [r['sample'].group for r in against_good], warn, flag)
    scores, truth = column(against_flaws, flaw)
    groups = [r['sample'].group for r in against_flaws]
    return dict(figures, otherFlaws=metrics.with_interval(groups, lambda i: metrics.auc(scores[i], truth[i])), crossFitted=cross_fitted(some, domain, flaw))


def said(row, domain_limits, which):
    return any(row['probs'][OUTPUTS.index(flaw)] >= at[which] for flaw, at in domain_limits.items())


def false_alarms(some, domain, domain_limits):
    """Share of pictures with any flaw said of them, by variant: `warn` and `flag`."""
    out = {}
    for variant in GOOD:
        own = [r for r in some if r['sample'].source == domain and r['variant'] == variant]
        groups = [r['sample'].group for r in own]
        for which, name in ((0, 'warned'), (1, 'flagged')):
            hits = np.array([said(r, domain_limits, which) for r in own])
            out[f'{variant}{name.title()}'] = metrics.with_interval(groups, lambda i: float(hits[i].mean()))
    own = [r for r in some if r['sample'].source == domain]
    scores, truth = column(own, 'good')
    groups = [r['sample'].group for r in own]
    hits = np.array([said(r, domain_limits, 0) for r in own if r['variant'] not in GOOD])
    return dict(out, images=len({r['sample'].file for r in own}), patients=len(set(groups)), spoiledWarned=round(float(hits.mean()), 4),
                score=metrics.with_interval(groups, lambda i: metrics.auc(scores[i], truth[i])), ece=round(metrics.expected_calibration_error(scores, truth), 4))


def counts(split):
    own = [s for s in quality.samples() if s.split == split]
    return {domain: {'images': len(some), 'patients': len({s.group for s in some}), 'licence': sorted({s.licence for s in some})}
            for domain in quality.DOMAINS for some in [[s for s in own if s.source == domain]]}


def evaluate(model):
    some = rows(model)
    found = {domain: {flaw: limits(some, domain, flaw) for flaw in JUDGED[domain]} for domain in quality.DOMAINS}
    return {
        'seed': SEED, 'training': counts('train'),
        'thresholds': {domain: {flaw: {'warn': warn, 'flag': flag} for flaw, (warn, flag) in own.items()} for domain, own in found.items()},
        'validation': {f'{domain} {flaw}': flaw_figures(some, domain, flaw, *found[domain][flaw]) for domain in quality.DOMAINS for flaw in JUDGED[domain]},
        'pictures': {domain: false_alarms(some, domain, found[domain]) for domain in quality.DOMAINS},
        'levels': {'motion': list(degrade.MOTION_PIXELS), 'noise': list(degrade.NOISE_SNR), 'exposure': [round(100 * share) for share in (*degrade.SATURATED, *degrade.CRUSHED)], 'position': [degrade.TURNED_DEGREES]},
        'probabilities': {f"{r['sample'].source}/{r['sample'].file}": [round(float(p), 6) for p in r['probs']] for r in some if r['variant'] == 'good'},
    }
