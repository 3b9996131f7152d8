"""The network that looks at quality: what spoils a picture, and whether nothing does."""
import torch
from torch import nn

from degrade import FLAWS
from network_parts import Residual, shrink

OUTPUTS = (*FLAWS, 'good')


class QualityNet(nn.Module):
    """In: [N,1,224,224] grey 0..1. Out: one logit for each of FLAWS and one for `good`, [N,6].

    Noise and motion are told by texture anywhere (mean and maximum over the cells), position by what is where (the quarters).
    """

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(*shrink(1, 12, 5))
        self.fine = nn.Sequential(Residual(12, 24, 2))
        self.middle = nn.Sequential(Residual(24, 48, 2), Residual(48, 48, 1))
        self.coarse = nn.Sequential(Residual(48, 64, 2), Residual(64, 64, 1))
        self.quarters = nn.AvgPool2d(7)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(64 * 6, len(OUTPUTS))

    def forward(self, grey):
        cells = self.coarse(self.middle(self.fine(self.stem((grey - 0.5) * 4.0))))
        features = torch.cat([cells.mean((2, 3)), cells.amax((2, 3)), self.quarters(cells).flatten(1)], dim=1)
        return self.classifier(self.dropout(features))


class ExportedQuality(nn.Module):
    """What the product runs: the member's logits over their temperatures, as probabilities, under the name `probs`."""

    def __init__(self, member, scales):
        super().__init__()
        self.member = member
        self.register_buffer('scales', torch.tensor(scales, dtype=torch.float32))

    def forward(self, image):
        return torch.sigmoid(self.member(image) * self.scales)
