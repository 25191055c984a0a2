"""What an answer of PrestaShop's Webservice says: the index of resources, and the schema of one resource.

Belongs here: XML to names, and resources to tables. Does not belong here: where an answer comes from
(:mod:`connectors.webservice_live`, :mod:`connectors.webservice_saved`).

A synopsis has no SQL type, but a validator's name (``isEmail``, ``isBirthDate``), which says more of a field. The table
a resource stands for is named like the answer's root element (``<customer>`` is table ``customer``), except where
:data:`TABLE_OF` says otherwise.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from ropa_pipeline.model.observation import ObservedColumn, ObservedTable

# Root elements whose table has another name: PrestaShop's classes were renamed for the Webservice.
TABLE_OF: dict[str, str] = {
    "order": "orders",
    "content": "cms",
    "language": "lang",
    "combination": "product_attribute",
    "product_option": "attribute_group",
    "product_option_value": "attribute",
    "product_feature": "feature",
    "product_feature_value": "feature_value",
    "product_customization_field": "customization_field",
    "customization_field": "customization_field",
    "price_range": "range_price",
    "weight_range": "range_weight",
    "stock_movement": "stock_mvt",
    "stock_movement_reason": "stock_mvt_reason",
    "tax_rule_group": "tax_rules_group",
    "translated_configuration": "configuration_lang",
    "order_discount": "order_cart_rule",
}


class UnreadableAnswer(Exception):
    """An answer that is no XML, or XML with a document type."""


def read_index(answer: bytes) -> list[str] | None:
    """The resources that the index offers a schema for, sorted; None where the key has a right to none.

    Raises UnreadableAnswer for what is no XML.
    """
    api = next((child for child in _parsed(answer) if _tag(child) == "api"), None)
    if api is None:
        return None
    return sorted(_tag(item) for item in api if any(_tag(child) == "schema" for child in item))


def read_synopsis(resource: str, answer: bytes) -> ObservedTable | None:
    """One resource's answer as a table; None where the answer is an error document or holds no field.

    Raises UnreadableAnswer for what is no XML.
    """
    root = _parsed(answer)
    body = next((child for child in root if _tag(child) != "errors"), None)
    if _tag(root) != "prestashop" or body is None:
        return None
    fields: list[tuple[str, Element]] = []
    for child in body:
        if _tag(child) == "associations":
            fields.extend(_associations(child))
        elif not any(name.endswith("href") for name in child.attrib):
            fields.append((_tag(child), child))
    if not fields:
        return None
    columns = {
        name: ObservedColumn(
            name=name,
            nullable=element.get("required") != "true",
            key="PRI" if name == "id" else "",
            position=position,
            max_length=_number(element.get("maxSize", "")),
            validator=element.get("format", ""),
        )
        for position, (name, element) in enumerate(dict(fields).items(), start=1)
    }
    return ObservedTable(
        name=resource, stem=TABLE_OF.get(_tag(body), _tag(body)), kind="resource", columns=tuple(columns.values())
    )


def _associations(element: Element) -> Iterator[tuple[str, Element]]:
    for association in element:
        entries = list(association)
        fields = [field for entry in entries for field in entry]
        if not fields:
            yield _tag(association), association
        for field in fields:
            yield f"{_tag(association)}.{_tag(field)}", field


def _tag(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _parsed(answer: bytes) -> Element:
    try:
        root: Element = SafeTree.fromstring(answer, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise UnreadableAnswer from None
    return root
