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
Reorder threshold {threshold}, alert threshold {alert} (calibrated probability). 95 % intervals by bootstrap over patients.

{scores}

{goals}

Threshold and calibration (scale and bias of the logit, both sources weighing the same, inside the graph) were fitted on these same patients. Five-fold cross-fitted over patients, so that nobody is scored by a fit that saw them:

{crossed}

The adults' score is much lower than the children's: read the two rows apart, and do not average them for your hospital.

## Where it fails
- **It does not transfer.** A network of this kind and size, trained on these same sources, scored an AUC of about 0.58 on radiographs of other hospitals when it was tried during the design: little better than chance. Measure it on your own images before anybody relies on its order.
- Children and adults come from different hospitals and detectors, and so do much of the positives and negatives: part of what it knows may be the machine, not the lung.
- The outlined **attention area is a hint of where the network looked, not a detection.** Against radiologists' boxes such areas were no better than a fixed point in the lung.
- Portable images, rotated patients, lines and tubes, and burned-in text are rare or absent in training.
- A study's confidence is that of its highest image.

## How it was made
`python3 models/training/train.py cxr`, then `evaluate.py` and `publish.py`. A residual network of about 0.7 million parameters on 128 pixels (area average of the 224 x 224, inside the graph); the answer is the mean of the image's and its mirror's. {epochs} epochs of {draws} draws balanced by class, the first half on 80 pixels; half of the draws children, later two thirds. AdamW with a one-cycle rate, moving average of weights; affine changes, mirrors, tone, smooth shading, noise, blur, erased rectangles and corners (side markers are a shortcut). Adults alone are mixed (mixup) and smoothed more: they are few, and their labels were mined from reports. Seed {seed}. These choices were made by reasoning, before the validation patients were scored; no epoch was chosen by its validation score.
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

BREAST_US = """# {name} (`breast_us` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** clips, Doppler or elastography, other organs, deciding on a biopsy, or a hospital that has not checked it on its own images first.

## What it was trained on
{training}

BUSI (Al-Dhabyani 2020): stills of women of one hospital in Cairo, most of them with a mass in the middle. The set names no patients: groups are clusters of similar images, so two images of one woman may stand on both sides. **The figures are optimistic.**
Images are squashed to a square, as the set came.

## Scores on groups held out from training (same source)
Malignant against the rest: AUC {auc}; {goal}. Of the three classes the likeliest is right in {accuracy}; calibration error of the likeliest class {ece}.
Each class against the rest, 95 % intervals by bootstrap over groups. Reorder thresholds: {limits}. The model raises no alert: what it looks for is no emergency, and its false alarms were counted on single images, not on whole studies.

{scores}

{confusion}

Thresholds and calibration were fitted on these same groups. Five-fold cross-fitted:

{crossed}

### Burned-in marks
Calipers and letters stand on many images, and more often on some classes than on others. A fixed rule takes bright thin structures out before the network sees the image, the same in training and at the edge (proved on the same pixels by a test). With calipers and letters painted on every validation image, the probability of malignancy moved by {moved_mean} on average ({moved_p95} at the 95th percentile), and the AUC was {moved_auc}. The rule cannot tell a mark from a thin bright ligament; both go.

## Where it fails
- So few images teach little: {patients} groups carry the figures above, and their intervals are wide.
- "Normal" images come without a mass and without marks; part of what it knows may be how a picture was taken.
- It says what a mass resembles. Whether it is one is for a reader, and a biopsy.
- The outlined **attention area is a hint of where the network looked, not a detection.**
- A study's confidence is that of its highest image.

## How it was made
`python3 models/training/train.py breast_us`, then `evaluate.py` and `publish.py`. A residual network of about 0.7 million parameters on 128 pixels, softmax over three classes, the mean of the image's and its mirror's answer. {epochs} epochs of {draws} draws balanced by class; mixup, affine changes, mirrors, tone, shading, noise, blur, erased rectangles, and calipers and letters painted at random. Seed {seed}. The choices were made by reasoning. Training ended before its schedule did because its time was up, with the validation score in view; no epoch was chosen by that score.

Every number on this page is written by `publish.py` from `evaluation.json`.
"""

BRAIN_MR = """# {name} (`brain_mr` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** grading, ruling a tumour out, other lesions (a metastasis, an abscess or a stroke is none of its classes), diffusion maps, or a hospital that has not checked it on its own images first.

## What it was trained on
{training}

Nickparvar's collection: single slices picked by somebody, T1 with contrast agent for the tumours. The licences were **not verified**. The set names no patients: groups are clusters of similar slices, so slices of one patient may stand on both sides. **The figures are optimistic.**
**Shortcut risk:** the class without tumour comes from another source and mostly from other sequences. The network may know the source, not the absence of a tumour.

## Scores on groups held out from training (same source)
Macro one-against-rest AUC {auc}; {goal}. The likeliest of the four classes is right in {accuracy}; calibration error of the likeliest class {ece}.
Each class against the rest, per slice, 95 % intervals by bootstrap over groups. Reorder thresholds: {limits}. The model raises no alert: what it looks for is no emergency, and its false alarms were counted on single images, not on whole studies.

{scores}

{confusion}

Thresholds and calibration were fitted on these same groups. Five-fold cross-fitted:

{crossed}

### Another coil
A smooth field of up to 30 % more or less signal was laid over every validation slice. The largest change of a class probability was {moved_mean} on average, {moved_p95} at the 95th percentile, at most 0.05 in {moved_within} of the slices; the macro AUC was {moved_auc}. The field is fitted (a quadratic in the logarithm of the signal) and divided out before the network sees the slice. A field steeper in its middle than such a quadratic moves some slices further: a test allows 0.1.

## Where it fails
- **Whole series were never scored.** It learned from slices that show the tumour, or none at all. A series has many slices, a study's confidence is that of its highest, and a small error rate a slice becomes a large one a study.
- Sequences other than those it saw, children, post-operative heads and implants.
- Two classes may both pass their thresholds; then both are said.
- The outlined **attention area is a hint of where the network looked, not a detection.**

## How it was made
`python3 models/training/train.py brain_mr`, then `evaluate.py` and `publish.py`. A residual network of about 0.7 million parameters on 128 pixels, softmax over four classes, the mean of the slice's and its mirror's answer. {epochs} epochs of {draws} draws balanced by class; mixup, affine changes, mirrors, tone, shading, noise, blur, erased rectangles, and random coil fields before the preprocessing. Seed {seed}. The choices were made by reasoning; no epoch was chosen by its validation score.

Every number on this page is written by `publish.py` from `evaluation.json`.
"""

HIPPOCAMPUS = """# {name} (`hippocampus` {version})

sha256 of `model.onnx`: `{sha256}`

**Intended use.** {use}

**Not for** a whole head (it is refused, see below), saying whether a volume is normal, following one patient over time, or a hospital that has not checked it on its own images first.

## What it was trained on
{training}

Medical Segmentation Decathlon, Task 04: T1-weighted MR of adults of one hospital, cropped round one hippocampus, voxels of 1 mm, its anterior and posterior part drawn by hand. Patients are never split between training and validation.

## Scores on patients held out from training (same source)
95 % intervals by bootstrap over {patients} patients. Volume error: the mean of how far the volume is from the drawn one, as a share of it; bias: the same with its sign.

{scores}

{goals}.

A volume in the product carries the volume error as its uncertainty.

## Where it fails
- **It knows crops only.** A volume longer than {most} mm or thinner than {least} mm in any direction, or with a voxel larger than {coarsest} mm, is refused: nobody knows what it draws in the rest of a brain.
- It always finds a hippocampus where it can; in a crop of something else it draws something else.
- Which side it is, it does not say. Children, tumours, resected temporal lobes and other sequences than T1 are not in the set.
- One reader's drawing is the truth it was measured against. Two readers differ by a few per cent as well.

## How it was made
`python3 models/training/train.py hippocampus`, then `evaluate.py` and `publish.py`. A 3D U-Net of about 0.7 million parameters on four levels. {epochs} epochs of {draws} draws; mirrors along every axis, now and then rows and columns exchanged, rotations, zooms, a coil's field, tone and noise. Cross-entropy in which every voxel weighs the same, and the Dice loss of both parts: a lighter background had made the structure a quarter too large. Moving average of weights. Seed {seed}. No epoch was chosen by its validation score. The run was short, and a longer one was not tried.

Every number on this page is written by `publish.py` from `evaluation.json`.
"""

CARDS = {'cxr': CXR, 'head_ct': HEAD_CT, 'breast_us': BREAST_US, 'brain_mr': BRAIN_MR, 'hippocampus': HIPPOCAMPUS}
