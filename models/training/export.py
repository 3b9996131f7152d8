"""python3 models/training/export.py <id> [checkpoint]: weights -> models/<id>/model.onnx (opset 13, names `image`, `probs`, `map`)."""
import os
import sys

import torch

from network import NETWORKS, Exported
from plans import PLANS

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {'cxr': 224, 'head_ct': 160, 'breast_us': 128, 'brain_mr': 128}
CHANNELS = {'cxr': 3, 'head_ct': 3, 'breast_us': 1, 'brain_mr': 1}


def checkpoint_of(name):
    return os.path.join(HERE, '.training', f'{name}.pt')


def load(name, checkpoint):
    """The averaged members, calibrated where train.py has done so, as the product runs them."""
    weights = torch.load(checkpoint, map_location='cpu')
    members = []
    for state in weights['members']:
        members.append(NETWORKS[name]())
        members[-1].load_state_dict(state)
    return Exported(members, PLANS[name]['mirrored'], *weights.get('calibration', (1.0, 0.0))).eval()


def export(name, checkpoint):
    folder = os.path.join(HERE, '..', name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.normpath(os.path.join(folder, 'model.onnx'))
    example = torch.zeros(1, CHANNELS[name], SIZES[name], SIZES[name])
    torch.onnx.export(load(name, checkpoint), example, path, opset_version=13, input_names=['image'], output_names=['probs', 'map'],
                      dynamic_axes={'image': {0: 'n'}, 'probs': {0: 'n'}, 'map': {0: 'n'}}, do_constant_folding=True)
    print(f'{path}: {os.path.getsize(path)} bytes')


if __name__ == '__main__':
    target = sys.argv[1]
    export(target, sys.argv[2] if len(sys.argv) > 2 else checkpoint_of(target))
