"""The words of the model cards; publish.py puts the measured numbers in."""

CXR = """# {name} (`cxr` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** lateral views, other body parts, other findings, treatment decisions, or a hospital that has not checked it on its own images first.

## What it was trained on
{training}

`kermany`: children of 1 to 5 years, one hospital in Guangzhou, anteroposterior. `nih`: adults, NIH ChestX-ray14; the labels were mined from reports, so a part of them is wrong.
Images are 224 x 224 with the aspect squashed. Patients (groups) are never split between training and validation. Effusion, oedema and the other NIH labels were not used.

## Scores on patients held out from training (same two hospitals)
Reorder threshold {threshold}, alert threshold {alert} (calibrated probability; temperature {temperature}). 95 % intervals by bootstrap over patients.

{scores}

Threshold and temperature were fitted on these same patients. Five-fold cross-fitted over patients, so that nobody is scored by a fit that saw them:

{crossed}

The adults' score is much lower than the children's: read the two rows apart, and do not average them for your hospital.

## Where it fails
- **It does not transfer.** A network of this kind and size, trained on these same sources, scored an AUC of about 0.58 on radiographs of other hospitals when it was tried during the design: little better than chance. Measure it on your own images before anybody relies on its order.
- Children and adults come from different hospitals and detectors, and so do much of the positives and negatives: part of what it knows may be the machine, not the lung.
- The outlined **attention area is a hint of where the network looked, not a detection.** Against radiologists' boxes such areas were no better than a fixed point in the lung.
- Portable images, rotated patients, lines and tubes, and burned-in text are rare or absent in training.
- A study's confidence is that of its highest image.

## How it was made
`python3 models/training/train.py cxr`, then `evaluate.py` and `publish.py`. A residual network of about 0.7 million parameters on 112 pixels (the average of each four of the 224 x 224), {epochs} epochs of {draws} draws balanced by source and class, AdamW with a one-cycle rate, moving average of weights, label smoothing, mixup, small affine changes, tone, noise, blur and erased corners (side markers are a shortcut). Seed {seed}. No epoch was chosen by its validation score.
The input contract is that of CheXNet ([N,3,224,224], ImageNet-normalised), so a site's own network can take its place.

Every number on this page is written by `publish.py` from `evaluation.json`, but for the transfer figure above.
"""

HEAD_CT = """# {name} (`head_ct` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** scans with contrast agent, reformats that are not axial, other body parts, ruling out a bleed, or a hospital that has not set its own threshold first.

## What it was trained on
{training}

PHE-SICH-CT-IDS, slices of spontaneous intracerebral haemorrhage. The licence is stated by the authors' listing and was **not verified**. Patients are never split between training and validation.
- **The window is assumed.** The set holds brain-window pictures without Hounsfield units. W 80 L 40 is assumed: HU = grey x 80 / 255.
- **Every training patient bleeds.** Slices called negative come from bleeding patients. How often a healthy head is flagged is not known from this set.
- The set has no slice directly beside a bleed, where annotators disagree most: real series are harder than these scores.
- Slices with oedema and no annotated bleed were left out.

## Scores on patients held out from training (same source)
`stack`: a slice with its two neighbours, as in a series. `single`: the slice alone. Per slice.
Reorder threshold {threshold}, alert threshold {alert} (calibrated probability; temperature {temperature}). 95 % intervals by bootstrap over patients; with {patients} patients they are wide, and a row at 1.000 means "no error among these few", not "no errors".

{scores}

Threshold and temperature were fitted on these same patients. Five-fold cross-fitted over patients:

{crossed}

### The boxes
On positive slices, stack: mean intersection over union {box_iou}, single: {box_iou_single}; {box_half} of boxes overlap by half or more; the brightest point lies in an annotator's box in {box_point}; {box_false} boxes on a negative slice. They were scored as detections, so they are shown as boxes.

## Where it fails
- **The operating point does not travel.** In design trials a network of this kind, at the threshold of its own validation set, reached sensitivity 0.95 but specificity 0.52 on slices of another source (AUC 0.92). A site sets its own threshold.
- It flags slices next to a bleed: here {box_beside} of the nearest negative slices ({box_beside_patient} a patient); on dense series expect about one neighbour a bleed.
- Subarachnoid, subdural and epidural blood are rare or absent in training: spontaneous intracerebral haemorrhage is what it knows.
- Calcification, metal, motion and post-operative heads are rare in training.
- A study's confidence is that of its highest slice: with thirty slices, a small error rate a slice becomes a larger one a study.

## How it was made
`python3 models/training/train.py head_ct`, then `evaluate.py` and `publish.py`. A residual network of about 0.7 million parameters on 160 pixels, cropped to the head, three slices as channels; in a third of the draws the slice stands alone, so that single slices work. A top-down path draws a 40 x 40 map, trained on the annotators' boxes. {epochs} epochs of {draws} draws balanced by class; quarter turns and mirrors, because the set's heads lie on their side. Seed {seed}. No epoch was chosen by its validation score.

Every number on this page is written by `publish.py` from `evaluation.json`, but for the design trials above.
"""

CARDS = {'cxr': CXR, 'head_ct': HEAD_CT}
