"""python3 models/training/publish.py <id>: manifest.json and MODEL_CARD.md from evaluation.json.

No figure in a card or manifest is typed by hand: change the model, run train.py, evaluate.py and this.
"""
import json
import os
import sys

import data
import publish_quality
from cards import CARDS
from export import HERE, VOLUMES
from facts import MODELS
from marks import MAP_THRESHOLD, SMALLEST_CELLS
from plans import PLANS

LICENCE = 'Apache-2.0 (weights); data: see MODEL_CARD.md'


def labels_of(name, evaluation):
    out = []
    for label, (code, severity) in MODELS[name]['labels'].items():
        limits = evaluation if label is None else evaluation['thresholds'][label]
        out.append({'index': 0 if label is None else data.CLASSES[name].index(label), 'code': code, 'severity': severity,
                    'threshold': limits['threshold'], 'alertThreshold': limits['alertThreshold']})
    return out


def volume_manifest(name, evaluation):
    facts = MODELS[name]
    first, *others = facts['classes']
    label = {'index': first, 'parts': others, 'code': facts['code'], 'severity': facts['severity'], 'threshold': evaluation['threshold'], 'alertThreshold': 1.0}
    summary = {part: {key: f[key] for key in ('volumes', 'patients', 'dice', 'volumeError')} for part, f in evaluation['validation'].items()}
    return {
        **head_of(name, evaluation), 'inputs': [facts['input']],
        'output': {'kind': 'segmentation', 'probabilities': 'probs', 'classes': [{'index': index, 'name': part} for index, part in facts['classes'].items()],
                   'keep': 'largest', 'smallestMl': 0.1, 'volumeError': evaluation['validation']['whole']['volumeError']['value']},
        'labels': [label], 'temperature': evaluation['temperature'], 'evaluation': summary,
    }


def head_of(name, evaluation):
    facts = MODELS[name]
    return {
        'schemaVersion': 1, 'id': name, 'version': facts['version'], 'name': facts['name'], 'file': 'model.onnx', 'sha256': evaluation['sha256'],
        'intendedUse': facts['intendedUse'], 'licence': LICENCE, 'routing': facts['routing'],
    }


def manifest(name, evaluation):
    if name == 'image_quality':
        return publish_quality.manifest(name, evaluation, LICENCE)
    facts = MODELS[name]
    if name in VOLUMES:
        return volume_manifest(name, evaluation)
    summary = {part: {'images': f['images'], 'patients': f['patients'], 'auc': f['auc'], 'sensitivity': f['sensitivity'], 'specificity': f['specificity']}
               for part, f in evaluation['validation'].items()}
    if 'all' in evaluation:
        summary = {'all': {'auc': evaluation['all']['auc']}, **summary}
    return {
        **head_of(name, evaluation), 'inputs': [facts['input']],
        'output': {'kind': 'classification', 'scores': [{'name': 'probs', 'activation': 'none'}],
                   'map': {'name': 'map', 'use': facts['mapUse'], 'threshold': MAP_THRESHOLD, 'smallestCells': SMALLEST_CELLS}},
        'labels': labels_of(name, evaluation), 'temperature': evaluation['temperature'], 'evaluation': summary,
    }


def measured(figure):
    return f"{figure['value']:.3f} ({figure['ci95'][0]:.3f} to {figure['ci95'][1]:.3f})"


def score_table(evaluation, persons):
    head = f'| set | images (positive) | {persons} | AUC | sensitivity | specificity | at the alert threshold: sens. / spec. | ECE |\n|---|---|---|---|---|---|---|---|'
    rows = [f"| {part} | {f['images']} ({f['positives']}) | {f['patients']} | {measured(f['auc'])} | {measured(f['sensitivity'])} | {measured(f['specificity'])} "
            f"| {f['alertSensitivity']['value']:.3f} / {f['alertSpecificity']['value']:.3f} | {f['ece']:.3f} |" for part, f in evaluation['validation'].items()]
    return '\n'.join([head, *rows])


def crossed_table(evaluation):
    head = '| set | sensitivity | specificity | ECE |\n|---|---|---|---|'
    rows = [f"| {part} | {f['crossFitted']['sensitivity']:.3f} | {f['crossFitted']['specificity']:.3f} | {f['crossFitted']['ece']:.3f} |"
            for part, f in evaluation['validation'].items()]
    return '\n'.join([head, *rows])


def training_table(evaluation):
    head = '| source | images (positive) | patients | licence, as the labels state it |\n|---|---|---|---|'
    rows = [f"| {source} | {f['images']} ({f['positives']}) | {f['patients']} | {'; '.join(f['licence'])} |" for source, f in evaluation['training'].items()]
    return '\n'.join([head, *rows])


def counts_table(evaluation):
    head = '| class | images | groups | licence, as the labels state it |\n|---|---|---|---|'
    return '\n'.join([head, *[f"| {label} | {f['images']} | {f['groups']} | {'; '.join(f['licence'])} |" for label, f in evaluation['training'].items()]])


def confusion_table(evaluation):
    names = evaluation['classes']
    rows = [f"| {name} | {' | '.join(str(evaluation['confusion'][name][said]) for said in names)} |" for name in names]
    return '\n'.join([f"| truth, then the likeliest class: | {' | '.join(names)} |", '|---' * (len(names) + 1) + '|', *rows])


def class_crossed_table(evaluation):
    rows = [f"| {label} | {f['crossFitted']['sensitivity']:.3f} | {f['crossFitted']['specificity']:.3f} |" for label, f in evaluation['validation'].items()]
    return '\n'.join(['| class | sensitivity | specificity |\n|---|---|---|', *rows])


def limits_line(name, evaluation):
    return '; '.join(f"{code} {limits['threshold']:.3f}"
                     for label, (code, _) in MODELS[name]['labels'].items() for limits in [evaluation['thresholds'][label]])


def class_facts(name, evaluation):
    moved = evaluation['disturbed']
    return {'training': counts_table(evaluation), 'crossed': class_crossed_table(evaluation), 'confusion': confusion_table(evaluation),
            'auc': measured(evaluation['all']['auc']), 'accuracy': measured(evaluation['all']['accuracy']), 'ece': f"{evaluation['all']['ece']:.3f}",
            'limits': limits_line(name, evaluation), 'moved_mean': f"{moved['meanChange']:.3f}", 'moved_p95': f"{moved['p95Change']:.3f}",
            'moved_within': f"{100 * moved['within005']:.0f} %", 'moved_auc': f"{moved['auc']:.3f}"}


def label_facts(evaluation):
    return {'training': training_table(evaluation), 'crossed': crossed_table(evaluation), 'threshold': f"{evaluation['threshold']:.3f}",
            'alert': f"{evaluation['alertThreshold']:.3f}", 'temperature': f"{evaluation['temperature']:.3f}",
            **{f'box_{key}': value for key, value in box_facts(evaluation).items()}}


GOALS = {'breast_us': 0.94, 'brain_mr': 0.985}


def against_goal(value, goal):
    return f'the goal of {goal} is reached' if value >= goal else f'the goal of {goal} is missed by {goal - value:.3f}'


def structure_table(evaluation):
    head = '| structure | volumes | Dice | least Dice | volume error | volume bias |\n|---|---|---|---|---|---|'
    rows = [f"| {part} | {f['volumes']} | {measured(f['dice'])} | {f['leastDice']:.3f} | {measured(f['volumeError'])} | {measured(f['volumeBias'])} |" for part, f in evaluation['validation'].items()]
    return '\n'.join([head, *rows])


def volume_counts_table(evaluation):
    rows = [f"| {source} | {f['volumes']} | {f['patients']} | {'; '.join(f['licence'])} |" for source, f in evaluation['training'].items()]
    return '\n'.join(['| source | volumes | patients | licence, as the labels state it |\n|---|---|---|---|', *rows])


def volume_card(name, evaluation):
    facts, plan, whole = MODELS[name], PLANS[name], evaluation['validation']['whole']
    error = whole['volumeError']['value']
    goals = f"Dice of the whole: {against_goal(whole['dice']['value'], 0.88)}. Volume error of the whole: " + ('the goal of 0.08 is reached' if error <= 0.08 else f'the goal of 0.08 is missed by {error - 0.08:.3f}')
    return CARDS[name].format(
        name=facts['name'], version=facts['version'], sha256=evaluation['sha256'], use=facts['intendedUse'], training=volume_counts_table(evaluation), scores=structure_table(evaluation), goals=goals,
        patients=whole['patients'], epochs=epochs(plan), draws=plan['draws'], seed=', '.join(str(seed) for seed in plan['seeds']), least=facts['input']['extentMm']['least'], most=facts['input']['extentMm']['most'], coarsest=facts['input']['coarsestMm'])


def card(name, evaluation):
    if name == 'image_quality':
        return publish_quality.card(name, evaluation)
    if name in VOLUMES:
        return volume_card(name, evaluation)
    facts, plan = MODELS[name], PLANS[name]
    own = class_facts(name, evaluation) if name in data.CLASSES else label_facts(evaluation)
    if name in GOALS:
        own['goal'] = against_goal(evaluation['all']['auc']['value'], GOALS[name])
    if name == 'cxr':
        parts = evaluation['validation']
        own['goals'] = (f"Children: {against_goal(parts['kermany']['auc']['value'], 0.99)} (AUC). Adults: {against_goal(parts['nih']['auc']['value'], 0.85)} (AUC); "
                        f"calibration error {parts['nih']['ece']:.3f}, the goal is 0.08.")
    return CARDS[name].format(
        name=facts['name'], version=facts['version'], sha256=evaluation['sha256'], use=facts['intendedUse'], scores=score_table(evaluation, 'groups of similar images' if name in data.CLASSES else 'patients'), epochs=epochs(plan),
        patients=max(f['patients'] for f in evaluation['validation'].values()), draws=plan['draws'], seed=', '.join(str(seed) for seed in plan['seeds']), **own)


def epochs(plan):
    return f"{plan['epochs']}" if plan['stop'] == plan['epochs'] else f"{plan['stop']} (of a schedule of {plan['epochs']})"


def box_facts(evaluation):
    if 'boxes' not in evaluation:
        return {}
    stack, single, beside = evaluation['boxes']['stack'], evaluation['boxes']['single'], evaluation['neighbours']
    return {'iou': measured(stack['meanIou']), 'iou_single': measured(single['meanIou']), 'half': f"{stack['iouAtLeastHalf']:.2f}", 'point': f"{stack['pointing']:.2f}",
            'false': f"{stack['falseBoxesPerNegative']:.3f}", 'beside': f"{beside['flagged']} of {beside['slicesNextToABleed']}", 'beside_patient': f"{beside['flaggedPerPatient']:.2f}"}


def main():
    name = sys.argv[1]
    folder = os.path.join(HERE, '..', name)
    with open(os.path.join(folder, 'evaluation.json'), encoding='utf-8') as handle:
        evaluation = json.load(handle)
    with open(os.path.join(folder, 'manifest.json'), 'w', encoding='utf-8') as handle:
        json.dump(manifest(name, evaluation), handle, indent=2)
        handle.write('\n')
    with open(os.path.join(folder, 'MODEL_CARD.md'), 'w', encoding='utf-8') as handle:
        handle.write(card(name, evaluation))


if __name__ == '__main__':
    main()
