"""Runs training's preprocessing on pixels given on standard input: the edge node's tests compare it with their own.

In:  {"cases": [{"kind": "chest" | "head" | "ultrasound" | "magnetic", "rows": r, "columns": c, "planes": [base64 of float32 little-endian, ...]}]}
     head has three planes of Hounsfield units, the others one of display values (chest, ultrasound) or magnitudes (magnetic).
Out: {"tensors": [base64 of float32, ...], "crops": [[left, top, side] | null, ...]}
"""
import base64
import json
import sys

import numpy as np

import magnetic
import preprocess
import ultrasound


def plane(text, rows, columns):
    return np.frombuffer(base64.b64decode(text), dtype='<f4').reshape(rows, columns).astype(np.float64)


def tensor_of(case):
    planes = [plane(text, case['rows'], case['columns']) for text in case['planes']]
    if case['kind'] == 'head':
        return preprocess.head_tensor(*planes)
    if case['kind'] == 'magnetic':
        return magnetic.magnetic_tensor(planes[0])
    return (preprocess.chest_tensor if case['kind'] == 'chest' else ultrasound.ultrasound_tensor)(planes[0]), None


def main():
    answers = [tensor_of(case) for case in json.load(sys.stdin)['cases']]
    json.dump({'tensors': [base64.b64encode(t.astype('<f4').tobytes()).decode() for t, _ in answers],
               'crops': [None if crop is None else [int(v) for v in crop] for _, crop in answers]}, sys.stdout)


if __name__ == '__main__':
    main()
