"""manifest.json and MODEL_CARD.md of `image_quality`; publish.py writes the files."""
import degrade
from cards_quality import IMAGE_QUALITY
from facts import MODELS
from plans import PLANS
from quality_net import OUTPUTS


def domain_of(name, facts, limits):
    flaws = [{'code': flaw, 'index': OUTPUTS.index(flaw), 'warn': at['warn'], 'flag': at['flag']} for flaw, at in limits.items()]
    return {'name': name, **facts, 'flaws': flaws}


def manifest(name, evaluation, licence):
    facts = MODELS[name]
    summary = {part: {key: figures[key] for key in ('images', 'patients', 'auc', 'sensitivity', 'specificity')} for part, figures in evaluation['validation'].items()}
    return {
        'schemaVersion': 1, 'purpose': 'quality', 'id': name, 'version': facts['version'], 'name': facts['name'], 'file': 'model.onnx', 'sha256': evaluation['sha256'],
        'intendedUse': facts['intendedUse'], 'licence': licence, 'input': facts['input'], 'output': {'probabilities': 'probs', 'good': OUTPUTS.index('good')},
        'domains': [domain_of(domain, own, evaluation['thresholds'][domain]) for domain, own in facts['domains'].items()],
        'evaluation': summary,
    }


def measured(figure):
    return f"{figure['value']:.3f} ({figure['ci95'][0]:.3f} to {figure['ci95'][1]:.3f})"


def flaw_table(evaluation):
    head = '| picture and flaw | images (spoiled) | patients | AUC | otherFlaws | sensitivity | specificity | alertSensitivity | alertSpecificity | ECE |\n|---|---|---|---|---|---|---|---|---|---|'
    rows = [f"| {part} | {f['images']} ({f['positives']}) | {f['patients']} | {measured(f['auc'])} | {measured(f['otherFlaws'])} | {measured(f['sensitivity'])} "
            f"| {measured(f['specificity'])} | {f['alertSensitivity']['value']:.3f} | {f['alertSpecificity']['value']:.3f} | {f['ece']:.3f} |" for part, f in evaluation['validation'].items()]
    return '\n'.join([head, *rows])


def crossed_table(evaluation):
    rows = [f"| {part} | {f['crossFitted']['sensitivity']:.3f} | {f['crossFitted']['specificity']:.3f} |" for part, f in evaluation['validation'].items()]
    return '\n'.join(['| picture and flaw | sensitivity | specificity |\n|---|---|---|', *rows])


def pictures_table(evaluation):
    head = '| picture | images | patients | score | goodWarned | goodFlagged | variedWarned | variedFlagged | spoiledWarned | ECE |\n|---|---|---|---|---|---|---|---|---|---|'
    rows = [f"| {domain} | {f['images']} | {f['patients']} | {measured(f['score'])} | {measured(f['goodWarned'])} | {measured(f['goodFlagged'])} | {measured(f['variedWarned'])} "
            f"| {measured(f['variedFlagged'])} | {f['spoiledWarned']:.3f} | {f['ece']:.3f} |" for domain, f in evaluation['pictures'].items()]
    return '\n'.join([head, *rows])


def training_table(evaluation):
    rows = [f"| {domain} | {f['images']} | {f['patients']} | {'; '.join(f['licence'])} |" for domain, f in evaluation['training'].items()]
    return '\n'.join(['| picture | images | patients or groups | licence, as the labels state it |\n|---|---|---|---|', *rows])


def weakest(evaluation, count=3):
    found = sorted(evaluation['validation'].items(), key=lambda item: item[1]['sensitivity']['value'])[:count]
    return '; '.join(f"{part} (said of {f['sensitivity']['value']:.2f} of the spoiled pictures)" for part, f in found)


def card(name, evaluation):
    facts, plan = MODELS[name], PLANS[name]
    shown = lambda pair, digits: f'{pair[0]:.{digits}f} to {pair[1]:.{digits}f}'
    return IMAGE_QUALITY.format(
        name=facts['name'], version=facts['version'], sha256=evaluation['sha256'], use=facts['intendedUse'], training=training_table(evaluation), flaws=flaw_table(evaluation),
        crossed=crossed_table(evaluation), pictures=pictures_table(evaluation), weakest=weakest(evaluation), seed=', '.join(str(seed) for seed in plan['seeds']), epochs=plan['epochs'], draws=plan['draws'],
        motion=shown(degrade.MOTION_PIXELS, 0), fine_motion=f'{degrade.FINE_MOTION_PIXELS:.1f}', snr=shown(degrade.NOISE_SNR, 1), fine_snr=f'{degrade.FINE_SNR:.0f}',
        saturated=shown([100 * share for share in degrade.SATURATED], 0), crushed=shown([100 * share for share in degrade.CRUSHED], 0))
