"""python3 models/training/export.py cxr|head_ct [checkpoint]: weights -> models/<id>/model.onnx (opset 13, names `image`, `probs`, `map`)."""
import os
import sys

import torch

from network import NETWORKS, Exported

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {'cxr': 224, 'head_ct': 160}


def load(name, checkpoint):
    network = NETWORKS[name]()
    network.load_state_dict(torch.load(checkpoint, map_location='cpu'))
    return Exported(network).eval()


def export(name, checkpoint):
    folder = os.path.join(HERE, '..', name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.normpath(os.path.join(folder, 'model.onnx'))
    example = torch.zeros(1, 3, SIZES[name], SIZES[name])
    torch.onnx.export(load(name, checkpoint), example, path, opset_version=13, input_names=['image'], output_names=['probs', 'map'],
                      dynamic_axes={'image': {0: 'n'}, 'probs': {0: 'n'}, 'map': {0: 'n'}}, do_constant_folding=True)
    print(f'{path}: {os.path.getsize(path)} bytes')


if __name__ == '__main__':
    target = sys.argv[1]
    export(target, sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, '.training', f'{target}.pt'))
