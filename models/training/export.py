"""python3 models/training/export.py <id> [checkpoint]: weights -> models/<id>/model.onnx (opset 13, names `image`, `probs`, `map`; a volume's `volume`, `probs`)."""
import os
import sys

import torch

from network import NETWORKS, Exported
from plans import PLANS
from quality_net import ExportedQuality, OUTPUTS
from unet import ExportedVolume

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {'cxr': 224, 'head_ct': 160, 'breast_us': 128, 'brain_mr': 128, 'image_quality': 224}
# Of any size in the product: this one is only traced.
VOLUMES = {'hippocampus': (48, 64, 48)}
CHANNELS = {'cxr': 3, 'head_ct': 3, 'breast_us': 1, 'brain_mr': 1, 'image_quality': 1}
# Without a map: it says what a picture is worth, not where.
WITHOUT_MAP = ('hippocampus', 'image_quality')


def checkpoint_of(name):
    return os.path.join(HERE, '.training', f'{name}.pt')


def load(name, checkpoint):
    """The averaged members, calibrated where train.py has done so, as the product runs them."""
    weights = torch.load(checkpoint, map_location='cpu')
    members = []
    for state in weights['members']:
        members.append(NETWORKS[name]())
        members[-1].load_state_dict(state)
    if name in VOLUMES:
        return ExportedVolume(members).eval()
    if name == 'image_quality':
        return ExportedQuality(members[0], weights.get('calibration', [1.0] * len(OUTPUTS))).eval()
    return Exported(members, PLANS[name]['mirrored'], *weights.get('calibration', (1.0, 0.0))).eval()


def export(name, checkpoint):
    folder = os.path.join(HERE, '..', name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.normpath(os.path.join(folder, 'model.onnx'))
    inside, free = ('volume', {0: 'n', 2: 'd', 3: 'h', 4: 'w'}) if name in VOLUMES else ('image', {0: 'n'})
    outside = ['probs'] if name in WITHOUT_MAP else ['probs', 'map']
    example = torch.zeros(1, 1, *VOLUMES[name]) if name in VOLUMES else torch.zeros(1, CHANNELS[name], SIZES[name], SIZES[name])
    torch.onnx.export(load(name, checkpoint), example, path, opset_version=13, input_names=[inside], output_names=outside,
                      dynamic_axes={key: free for key in (inside, *outside)}, do_constant_folding=True)
    print(f'{path}: {os.path.getsize(path)} bytes')


if __name__ == '__main__':
    target = sys.argv[1]
    export(target, sys.argv[2] if len(sys.argv) > 2 else checkpoint_of(target))
