"""What a manifest says of each model besides its figures: routing, input contract, labels."""
import magnetic
import preprocess
import quality
import ultrasound
import volumes
from export import SIZES



def square(kind, size, channels):
    return {'kind': kind, 'name': 'image', 'layout': 'NCHW', 'rows': size, 'columns': size, 'channels': channels}


def stretch(of, low, high, measured):
    return {'kind': 'stretch', 'of': of, 'low': low, 'high': high, 'measured': measured}


NEVER = 'Not a diagnosis, never the only reader.'

MODELS = {
    'cxr': {
        'version': '1.1.0', 'name': 'Chest radiograph: pneumonia',
        'intendedUse': f'Puts frontal chest radiographs that may show pneumonia higher on a reading list. {NEVER}',
        'routing': {'modalities': ['CR', 'DX'], 'bodyParts': ['CHEST', 'THORAX', 'LUNG', 'LUNGS'],
                    'refusedViews': ['LL', 'RL', 'LATERAL', 'LLO', 'RLO'], 'refuseContrast': False, 'axialOnly': False},
        'input': {**square('image', SIZES['cxr'], 3), 'intensity': stretch('display', preprocess.CHEST_LOW, preprocess.CHEST_HIGH, 'resized'), 'fit': 'squash', 'normalise': {'kind': 'imagenet'}},
        'mapUse': 'attention', 'labels': {None: ('pneumonia', 'urgent')},
    },
    'head_ct': {
        'version': '1.0.0', 'name': 'Head CT: intracranial haemorrhage',
        'intendedUse': f'Puts head CTs without contrast agent that may show a bleed at the top of a reading list. {NEVER}',
        'routing': {'modalities': ['CT'], 'bodyParts': ['HEAD', 'BRAIN', 'SKULL', 'CRANIUM'],
                    'refusedViews': [], 'refuseContrast': True, 'axialOnly': True},
        'input': {**square('slice', SIZES['head_ct'], 3), 'neighbours': 1,
                  'intensity': {'kind': 'window', 'windows': [{'center': preprocess.HEAD_WINDOW_CENTER, 'width': preprocess.HEAD_WINDOW_WIDTH}]},
                  'fit': 'head', 'head': {'bright': preprocess.HEAD_BRIGHT, 'smallestShare': preprocess.HEAD_SMALLEST_SHARE}},
        'mapUse': 'boxes', 'labels': {None: ('intracranial-haemorrhage', 'critical')},
    },
    'breast_us': {
        'version': '1.0.0', 'name': 'Breast ultrasound: benign or malignant mass',
        'intendedUse': f'Puts breast ultrasound stills with a suspicious mass higher on a reading list. {NEVER}',
        'routing': {'modalities': ['US'], 'bodyParts': ['BREAST', 'BREASTS', 'MAMMA'], 'refusedViews': [], 'refuseContrast': True, 'axialOnly': False},
        'input': {**square('image', SIZES['breast_us'], 1), 'intensity': stretch('luminance', ultrasound.STRETCH_LOW, ultrasound.STRETCH_HIGH, 'resized'), 'fit': 'squash',
                  'marks': {'size': ultrasound.MASK_SIZE, 'reach': ultrasound.MARK_REACH, 'contrast': ultrasound.MARK_CONTRAST,
                            'border': ultrasound.MARK_BORDER, 'fill': ultrasound.FILL_REACH}},
        'mapUse': 'attention', 'labels': {'malignant': ('breast-lesion-malignant', 'urgent'), 'benign': ('breast-lesion-benign', 'routine')},
    },
    'brain_mr': {
        'version': '1.0.0', 'name': 'Brain MR: tumour type',
        'intendedUse': f'Puts brain MR series with a slice that resembles a tumour higher on a reading list. {NEVER}',
        'routing': {'modalities': ['MR'], 'bodyParts': ['BRAIN', 'HEAD', 'SKULL'], 'refusedViews': [], 'refuseContrast': False, 'axialOnly': False,
                    'refusedImageTypes': ['ADC', 'DIFFUSION', 'TRACE', 'FA', 'PHASE MAP', 'P', 'PROJECTION IMAGE', 'MIP', 'MPR']},
        'input': {**square('slice', SIZES['brain_mr'], 1), 'intensity': stretch('modality', magnetic.STRETCH_LOW, magnetic.STRETCH_HIGH, 'stored'), 'fit': 'pad',
                  'field': {'tissue': magnetic.MR_TISSUE, 'bright': magnetic.MR_BRIGHT, 'near': list(magnetic.MR_NEAR), 'range': magnetic.MR_RANGE}},
        'mapUse': 'attention', 'labels': {'glioma': ('glioma', 'urgent'), 'meningioma': ('meningioma', 'urgent'), 'pituitary': ('pituitary-tumour', 'urgent')},
    },
    'image_quality': {
        'version': '1.0.0', 'name': 'Image quality',
        'intendedUse': f'Tells a technologist and a radiologist, before the analysis, that pictures look spoiled: by motion, noise, exposure, exchanged grey values or position. {NEVER}',
        'input': {'name': 'image', 'layout': 'NCHW', 'size': quality.QUALITY_SIZE, 'stretch': {'low': quality.STRETCH_LOW, 'high': quality.STRETCH_HIGH}},
        'domains': {
            'chest': {'modalities': ['CR', 'DX'], 'bodyParts': ['CHEST', 'THORAX', 'LUNG', 'LUNGS'], 'refusedViews': ['LL', 'RL', 'LATERAL', 'LLO', 'RLO'],
                      'values': {'kind': 'display'}, 'slices': False},
            'head': {'modalities': ['CT'], 'bodyParts': ['HEAD', 'BRAIN', 'SKULL', 'CRANIUM'], 'refusedViews': [],
                     'values': {'kind': 'hounsfield', 'center': preprocess.HEAD_WINDOW_CENTER, 'width': preprocess.HEAD_WINDOW_WIDTH}, 'slices': True},
            'brain': {'modalities': ['MR'], 'bodyParts': ['BRAIN', 'HEAD', 'SKULL'], 'refusedViews': [], 'values': {'kind': 'magnitude'}, 'slices': True},
            'breast': {'modalities': ['US'], 'bodyParts': ['BREAST', 'BREASTS', 'MAMMA'], 'refusedViews': [], 'values': {'kind': 'luminance'}, 'slices': False},
        },
    },
    'hippocampus': {
        'version': '1.0.0', 'name': 'Brain MR: volume of the hippocampus',
        'intendedUse': f'Outlines the hippocampus in an MR volume cropped round it and measures its volume and that of its anterior and posterior part. {NEVER}',
        'routing': {'modalities': ['MR'], 'bodyParts': ['BRAIN', 'HEAD', 'HIPPOCAMPUS'], 'refusedViews': [], 'refuseContrast': False, 'axialOnly': False,
                    'refusedImageTypes': ['ADC', 'DIFFUSION', 'TRACE', 'FA', 'PHASE MAP', 'P', 'PROJECTION IMAGE', 'MIP']},
        'input': {'kind': 'volume', 'name': 'volume', 'layout': 'NCDHW', 'axes': 'RAS', 'spacingMm': [volumes.SPACING_MM] * 3,
                  'values': {'kind': 'stretch', 'low': volumes.STRETCH_LOW, 'high': volumes.STRETCH_HIGH},
                  'window': list(volumes.WINDOW), 'overlap': 0.5, 'shape': 'dynamic', 'multiple': volumes.MULTIPLE,
                  'extentMm': {'least': 20, 'most': 80}, 'coarsestMm': 1.5},
        'classes': {1: 'Anterior part', 2: 'Posterior part'}, 'code': 'hippocampus', 'severity': 'routine',
    },
}
