"""The words of the card of `image_quality`; publish_quality.py puts the measured numbers in."""

IMAGE_QUALITY = """# {name} (`image_quality` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** judging a technologist or a machine, deciding that a picture is good enough to read, or a hospital that has not checked it on its own pictures first.

## What it was trained on
{training}

The pictures of the other reference models' sets, spoiled on purpose (`training/degrade.py`). Patients are never split between training and validation; the brain and breast sets name no patients, so there a group is a cluster of similar pictures.
**Every flaw is synthetic.** No picture that a technologist repeated was ever seen: what real motion, real noise and a real wrong position score is not known. Lengths are for a picture of 224 pixels. The figures below say that the network tells these flaws from these pictures, and no more.

| flaw | what was done to the picture | asked of |
|---|---|---|
| motion | a straight way of {motion} pixels; in half of the brain slices ghosts along one axis instead | all |
| noise | Gaussian (Rician in MR) at a signal-to-noise ratio of {snr} | all |
| exposure | {saturated} % of the foreground burned out, {crushed} % lost in black, or a dozen grey levels and fewer | chest, breast |
| inversion | light and dark exchanged | all |
| position | turned by 25 degrees and more (chest), a quarter out of the middle and more, or cut | chest, head, brain |

What good pictures may look like as well is no flaw: a few degrees, another tone, a way of up to {fine_motion} pixels, noise at a ratio of {fine_snr} and more. **Between the two lies a gap that was neither trained nor measured.**

## Scores on patients held out from training
Each flaw against good pictures, as they came and varied within reason. `sensitivity` and `specificity` are those at the limit from which a flaw is said, `alertSensitivity` and `alertSpecificity` those from which a repeat is asked for or the analysis withheld; `otherFlaws` is the AUC against pictures spoiled in another way. 95 % intervals by bootstrap over patients.

{flaws}

Of whole pictures: `score` is the AUC of the score (good against spoiled), `goodWarned` and `goodFlagged` the share of pictures as they came with anything said or flagged of them, `variedWarned` and `variedFlagged` the same for those varied within reason, `spoiledWarned` the share of spoiled pictures with anything said of them.

{pictures}

Limits and calibration (one temperature an output, inside the graph) were fitted on these same patients. Five-fold cross-fitted over patients:

{crossed}

## Where it fails
- Weakest here: {weakest}.
- It looks at 224 pixels. Motion and noise that the averaging to 224 pixels takes away are not seen, nor do they reach the reference models, which look at no more.
- "Good" means as good as these sets: their own flaws (wires, small rotations, poor inspiration, JPEG) were learned as good.
- A mirrored picture is not told, a picture of another body part neither. Streaks of metal, coil failures, aliasing, grids and lines of dead detector cells were not among the flaws.
- Of a stack five slices from its middle are looked at and the median counts; a flaw in a few slices is missed.
- Real noise is seldom white, and a real patient seldom moves along a straight line.

## How it was made
`python3 models/training/train.py image_quality`, then `evaluate.py` and `publish.py`. A residual network of about 0.23 million parameters on 224 pixels with six sigmoid outputs: five flaws and `good`. {epochs} epochs of {draws} draws, two of three spoiled, a quarter of these twice. AdamW with a one-cycle rate, moving average of weights. Seed {seed}; the validation pictures are spoiled by a seed of their own. The choices were made by reasoning; no epoch was chosen by its validation score.

Every number on this page is written by `publish.py` from `evaluation.json` or from the settings of the training.
"""
