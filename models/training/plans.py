"""How each reference network is trained.

`epochs` is the length of the learning-rate schedule, `stop` the epoch after which training ends. With `coarse` (share,
pixels), that share of the schedule is trained on smaller images, which costs a third and finds the same first features.
"""

PLANS = {
    # Adults are few and their labels were mined from reports: they alone are mixed, and smoothed more. Children come more often late.
    'cxr': dict(seeds=(20,), epochs=28, stop=28, coarse=(0.5, 80), draws=3072, batch=64, rate=3e-3, decay=0.05, mirrored=True,
                smoothing={'kermany': 0.02, 'nih': 0.10}, mixed=('nih',),
                shares=((0.0, {'kermany': 0.50, 'nih': 0.50}), (0.6, {'kermany': 0.64, 'nih': 0.36}))),
    'head_ct': dict(seeds=(21,), epochs=36, stop=36, coarse=(0.0, 160), draws=2560, batch=64, rate=3e-3, decay=0.05, mirrored=False,
                    smoothing={'phe-sich-ct-ids': 0.04}, mixed=(), shares=((0.0, {'phe-sich-ct-ids': 1.0}),)),
    'breast_us': dict(seeds=(22,), epochs=40, stop=32, coarse=(0.5, 80), draws=1536, batch=64, rate=3e-3, decay=0.10, mirrored=True,
                      smoothing={'busi': 0.05}, mixed=('busi',), shares=((0.0, {'busi': 1.0}),)),
    'brain_mr': dict(seeds=(23,), epochs=20, stop=20, coarse=(0.5, 80), draws=2560, batch=64, rate=3e-3, decay=0.05, mirrored=True,
                     smoothing={'nickparvar': 0.03}, mixed=('nickparvar',), shares=((0.0, {'nickparvar': 1.0}),)),
    'hippocampus': dict(seeds=(24,), epochs=16, stop=16, coarse=(0.0, 0), draws=184, batch=2, rate=2e-3, decay=0.02, mirrored=False,
                        smoothing={}, mixed=(), shares=((0.0, {'msd-hippocampus': 1.0}),)),
    # Its labels are exact, so they are hardly smoothed.
    'image_quality': dict(seeds=(25,), epochs=24, stop=24, coarse=(0.0, 0), draws=2560, batch=64, rate=3e-3, decay=0.02, mirrored=False, smoothing=0.01, mixed=(),
                          shares=((0.0, {'chest': 0.40, 'head': 0.20, 'brain': 0.20, 'breast': 0.20}),)),
}
