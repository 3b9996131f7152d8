"""python3 models/training/publish.py cxr|head_ct: manifest.json and MODEL_CARD.md from evaluation.json.

No figure in a card or manifest is typed by hand: change the model, run train.py, evaluate.py and this.
"""
import json
import os
import sys

import preprocess
from cards import CARDS
from export import HERE, SIZES
from marks import MAP_THRESHOLD, SMALLEST_CELLS
from train import PLANS

VERSION = '1.0.0'
LICENCE = 'Apache-2.0 (weights); data: see MODEL_CARD.md'
MODELS = {
    'cxr': {
        'name': 'Chest radiograph: pneumonia',
        'intendedUse': 'Puts frontal chest radiographs that may show pneumonia higher on a reading list. Not a diagnosis, never the only reader.',
        'routing': {'modalities': ['CR', 'DX'], 'bodyParts': ['CHEST', 'THORAX', 'LUNG', 'LUNGS'],
                    'refusedViews': ['LL', 'RL', 'LATERAL', 'LLO', 'RLO'], 'refuseContrast': False, 'axialOnly': False},
        'input': {'kind': 'projection', 'name': 'image', 'layout': 'NCHW', 'size': SIZES['cxr'],
                  'stretch': {'low': preprocess.CHEST_LOW, 'high': preprocess.CHEST_HIGH},
                  'mean': preprocess.IMAGENET_MEAN.tolist(), 'std': preprocess.IMAGENET_STD.tolist()},
        'mapUse': 'attention', 'code': 'pneumonia', 'severity': 'urgent',
    },
    'head_ct': {
        'name': 'Head CT: intracranial haemorrhage',
        'intendedUse': 'Puts head CTs without contrast agent that may show a bleed at the top of a reading list. Not a diagnosis, never the only reader.',
        'routing': {'modalities': ['CT'], 'bodyParts': ['HEAD', 'BRAIN', 'SKULL', 'CRANIUM'],
                    'refusedViews': [], 'refuseContrast': True, 'axialOnly': True},
        'input': {'kind': 'slices', 'name': 'image', 'layout': 'NCHW', 'size': SIZES['head_ct'], 'neighbours': 1,
                  'window': {'center': preprocess.HEAD_WINDOW_CENTER, 'width': preprocess.HEAD_WINDOW_WIDTH},
                  'crop': {'bright': preprocess.HEAD_BRIGHT, 'smallestShare': preprocess.HEAD_SMALLEST_SHARE}},
        'mapUse': 'boxes', 'code': 'intracranial-haemorrhage', 'severity': 'critical',
    },
}


def manifest(name, evaluation):
    facts = MODELS[name]
    return {
        'schemaVersion': 1, 'id': name, 'version': VERSION, 'name': facts['name'], 'file': 'model.onnx', 'sha256': evaluation['sha256'],
        'intendedUse': facts['intendedUse'], 'licence': LICENCE, 'routing': facts['routing'], 'input': facts['input'],
        'output': {'probabilities': 'probs', 'map': 'map', 'mapUse': facts['mapUse'], 'mapThreshold': MAP_THRESHOLD, 'smallestCells': SMALLEST_CELLS},
        'labels': [{'index': 0, 'code': facts['code'], 'severity': facts['severity'], 'threshold': evaluation['threshold'],
                    'alertThreshold': evaluation['alertThreshold']}],
        'temperature': evaluation['temperature'],
        'evaluation': {part: {'images': f['images'], 'patients': f['patients'], 'auc': f['auc'], 'sensitivity': f['sensitivity'], 'specificity': f['specificity']}
                       for part, f in evaluation['validation'].items()},
    }


def measured(figure):
    return f"{figure['value']:.3f} ({figure['ci95'][0]:.3f} to {figure['ci95'][1]:.3f})"


def score_table(evaluation):
    head = '| set | images (positive) | patients | AUC | sensitivity | specificity | at the alert threshold: sens. / spec. | ECE |\n|---|---|---|---|---|---|---|---|'
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


def card(name, evaluation):
    facts, plan = MODELS[name], PLANS[name]
    return CARDS[name].format(
        name=facts['name'], version=VERSION, sha256=evaluation['sha256'], use=facts['intendedUse'], training=training_table(evaluation),
        scores=score_table(evaluation), crossed=crossed_table(evaluation), threshold=f"{evaluation['threshold']:.3f}",
        alert=f"{evaluation['alertThreshold']:.3f}", temperature=f"{evaluation['temperature']:.3f}", epochs=epochs(plan), patients=max(f['patients'] for f in evaluation['validation'].values()), draws=plan['draws'], seed=plan['seed'],
        **{f'box_{key}': value for key, value in box_facts(evaluation).items()})


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
