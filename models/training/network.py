"""The reference networks: small residual CNNs whose answer can be read back as a map.

A stem shrinks the image, three stages of two residual blocks follow (32, 64, 128 channels).
A 1x1 classifier on the last stage gives one logit a cell; log-mean-exp over the cells gives the image's logit
(between a mean, which drowns a small lesion, and a maximum, which learns from one cell only).
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

import preprocess
from network_parts import Residual, shrink
from quality_net import QualityNet
from unet import VolumeNet

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Backbone(nn.Module):
    """stem's [N,32,s,s] -> features of 32, 64 and 128 channels at s, s/2 and s/4 (each halved again by first_stride 2)."""

    def __init__(self, stem, first_stride):
        super().__init__()
        self.stem = stem
        self.stage1 = nn.Sequential(Residual(32, 32, first_stride), Residual(32, 32, 1))
        self.stage2 = nn.Sequential(Residual(32, 64, 2), Residual(64, 64, 1))
        self.stage3 = nn.Sequential(Residual(64, 128, 2), Residual(128, 128, 1))
        self.dropout = nn.Dropout(0.2)

    def forward(self, x):
        fine = self.stage1(self.stem(x))
        middle = self.stage2(fine)
        return fine, middle, self.dropout(self.stage3(middle))


def log_mean_exp(cells, sharpness):
    """[N,K,h,w] logits a cell -> [N,K] logits an image."""
    n, k, h, w = cells.shape
    flat = cells.reshape(n, k, h * w) * sharpness
    return (torch.logsumexp(flat, dim=2) - math.log(h * w)) / sharpness


def area_matrix(inside, outside):
    """[outside, inside] area-average weights, as preprocess.area_weights."""
    return torch.from_numpy(preprocess.area_weights(inside, outside)).float()


class ChestNet(nn.Module):
    """In: [N,3,224,224], ImageNet-normalised grey (the CheXNet contract). Out: logits [N,1], cells [N,1,8,8].

    It looks at 128 pixels, by area average. Training starts there (`classify`), which is the same and costs a third.
    """

    sharpness = 2.0
    pixels = 128

    def __init__(self):
        super().__init__()
        self.register_buffer('mean', torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer('std', torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)
        self.register_buffer('shrinking', area_matrix(preprocess.CHEST_SIZE, self.pixels), persistent=False)
        self.backbone = Backbone(nn.Sequential(*shrink(1, 32, 5)), 2)
        self.classifier = nn.Conv2d(128, 1, 1)

    def forward(self, x):
        grey = (x * self.std + self.mean).mean(dim=1, keepdim=True)
        return self.classify(self.shrinking @ grey @ self.shrinking.t())

    def classify(self, grey):
        """grey: [N,1,128,128], 0..1."""
        cells = self.classifier(self.backbone((grey - 0.5) * 4.0)[2])
        return log_mean_exp(cells, self.sharpness), cells


class HeadNet(nn.Module):
    """In: [N,3,160,160], the slice with its two neighbours, grey 0..1. Out: logits [N,1], map logits [N,1,40,40].

    The map is drawn by a small top-down path (stages 3, 2, 1 added at a quarter of the input's size) and is trained
    on the annotators' boxes, so that its connected components may be called boxes.
    """

    sharpness = 2.0

    def __init__(self):
        super().__init__()
        self.backbone = Backbone(nn.Sequential(*shrink(3, 16, 5), *shrink(16, 32, 3)), 1)
        self.classifier = nn.Conv2d(128, 1, 1)
        self.lateral3 = nn.Conv2d(128, 32, 1)
        self.lateral2 = nn.Conv2d(64, 32, 1)
        self.lateral1 = nn.Conv2d(32, 32, 1)
        self.smooth = nn.Sequential(nn.Conv2d(32, 32, 3, 1, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True))
        self.draw = nn.Conv2d(32, 1, 1)

    def forward(self, x):
        fine, middle, coarse = self.backbone((x - 0.4) * 4.0)
        cells = self.classifier(coarse)
        down = F.interpolate(self.lateral3(coarse), scale_factor=2.0, mode='nearest') + self.lateral2(middle)
        down = F.interpolate(down, scale_factor=2.0, mode='nearest') + self.lateral1(fine)
        return log_mean_exp(cells, self.sharpness), self.draw(self.smooth(down))


class GreyNet(nn.Module):
    """In: [N,1,128,128] grey 0..1. Out: one logit a class [N,K], cells [N,K,8,8]."""

    sharpness = 2.0

    def __init__(self, classes):
        super().__init__()
        self.backbone = Backbone(nn.Sequential(*shrink(1, 32, 5)), 2)
        self.classifier = nn.Conv2d(128, classes, 1)

    def forward(self, grey):
        return self.classify(grey)

    def classify(self, grey):
        cells = self.classifier(self.backbone((grey - 0.5) * 4.0)[2])
        return log_mean_exp(cells, self.sharpness), cells


class Exported(nn.Module):
    """What the product runs: the members' logits averaged and calibrated, as probabilities, under the names `probs` and `map`.

    With `mirrored`, each member sees the image and its mirror. One class is answered through a sigmoid, several through a softmax.
    """

    def __init__(self, members, mirrored, scale=1.0, bias=0.0):
        super().__init__()
        self.members = nn.ModuleList(members)
        self.mirrored, self.scale, self.bias = mirrored, scale, bias

    def forward(self, image):
        answers = [member(image) for member in self.members]
        if self.mirrored:
            turned = [member(image.flip(3)) for member in self.members]
            answers += [(logits, cells.flip(3)) for logits, cells in turned]
        logits, cells = (sum(parts) / len(answers) * self.scale + self.bias for parts in zip(*answers))
        if logits.shape[1] == 1:
            return torch.sigmoid(logits), torch.sigmoid(cells)
        return torch.softmax(logits, dim=1), torch.softmax(cells, dim=1)


NETWORKS = {'cxr': ChestNet, 'head_ct': HeadNet, 'breast_us': lambda: GreyNet(3), 'brain_mr': lambda: GreyNet(4), 'hippocampus': lambda: VolumeNet(3),
            'image_quality': QualityNet}
