"""Networks that many build on, recognised by the names of their layers, and the numbers that each was trained on.

The names are those that keras.applications gives (and gave in Keras 2); the scalings are its `preprocess_input`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from convlab.network.description import Network


@dataclass(frozen=True)
class Family:
    """layer: a pattern that the name of one of its layers matches as a whole, and no other family's listed after it.
    name: a pattern in the names of files and nested networks. size: rows and columns of the images it was trained on.
    """

    title: str
    scaling: str
    layer: str
    name: str
    size: int = 224


FAMILIES = (
    # First those whose layers a later pattern would match too.
    Family("Xception", "−1 to 1", r"block\d+_sepconv\d+", r"xception", 299),
    Family("Inception-ResNet", "−1 to 1", r"block35_\d+_mixed|conv_7b", r"inception_?resnet", 299),
    Family("Inception", "−1 to 1", r"mixed10|mixed9_1", r"inception_?v3", 299),
    Family("DenseNet", "torch", r"conv\d_block\d+_concat", r"densenet"),
    Family("ResNet v2", "−1 to 1", r"conv\d_block\d+_preact_bn", r"resnet\d*_?v2"),
    Family("ResNet", "caffe", r"conv\d_block\d+_out|res\d[a-z]_branch2a", r"resnet_?(50|101|152)(?!\d|_?v2)"),
    Family("VGG", "caffe", r"block5_conv[34]", r"vgg_?-?1[69]"),
    Family("NASNet", "−1 to 1", r"(normal|reduction)_concat_\d+.*|adjust_conv_projection.*", r"nasnet"),
    Family(
        "MobileNet", "−1 to 1", r"conv_dw_\d+|block_\d+_expand|expanded_conv[_/]depthwise", r"mobile_?net"
    ),
    Family("EfficientNet", "torch", r"block1a_dwconv", r"efficientnet_?b"),
    Family("EfficientNet v2", "−1 to 1", r"block1a_project_conv", r"efficientnet_?v2"),
)


def family_of(network: Network) -> Family | None:
    """The family whose layers a network has, nested ones included; else the one that it, or a part of it, is called."""
    layers = {layer.name for layer in network.layers}
    for family in FAMILIES:
        pattern = re.compile(family.layer)
        if any(pattern.fullmatch(name) for name in layers):
            return family
    called = [network.name, *(layer.name for layer in network.layers if layer.is_network)]
    return next((family for family in FAMILIES if _is_called(called, family)), None)


def _is_called(names: list[str], family: Family) -> bool:
    return any(re.search(family.name, name, re.IGNORECASE) for name in names)
