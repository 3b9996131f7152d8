"""The 3D U-Net: four levels, each halved by a convolution of stride 2 and brought back by its nearest neighbour."""
import torch
from torch import nn
from torch.nn import functional as F


def pair(inside, outside):
    """Two 3x3x3 convolutions, each normalised and rectified."""
    layers = []
    for width in (inside, outside):
        layers += [nn.Conv3d(width, outside, 3, 1, 1, bias=False), nn.BatchNorm3d(outside), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def halve(inside, outside):
    return nn.Sequential(nn.Conv3d(inside, outside, 2, 2, bias=False), nn.BatchNorm3d(outside), nn.ReLU(inplace=True))


class VolumeNet(nn.Module):
    """In: [N,1,D,H,W] grey 0..1, every side a multiple of 8. Out: logits [N,classes,D,H,W]."""

    widths = (12, 24, 48, 80)

    def __init__(self, classes):
        super().__init__()
        a, b, c, d = self.widths
        self.down = nn.ModuleList([pair(1, a), pair(b, b), pair(c, c), pair(d, d)])
        self.halves = nn.ModuleList([halve(a, b), halve(b, c), halve(c, d)])
        self.narrow = nn.ModuleList([nn.Conv3d(d, c, 1), nn.Conv3d(c, b, 1), nn.Conv3d(b, a, 1)])
        self.up = nn.ModuleList([pair(c, c), pair(b, b), pair(a, a)])
        self.draw = nn.Conv3d(a, classes, 1)

    def forward(self, volume):
        x, kept = (volume - 0.5) * 4.0, []
        for level, convolve in enumerate(self.down):
            x = convolve(x if level == 0 else self.halves[level - 1](x))
            kept.append(x)
        for narrow, convolve, beside in zip(self.narrow, self.up, kept[-2::-1]):
            x = convolve(F.interpolate(narrow(x), scale_factor=2.0, mode='nearest') + beside)
        return self.draw(x)


class ExportedVolume(nn.Module):
    """What the product runs: class probabilities a voxel under the name `probs`."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, volume):
        return torch.softmax(sum(member(volume) for member in self.members) / len(self.members), dim=1)
