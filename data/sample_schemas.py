"""Schemas of services that keep their data elsewhere: Google Analytics 4's export and Cloudflare's request log.

Belongs here: names and types as the services document them. Does not belong here: rows.
"""

Field = dict[str, object]


def _field(name: str, kind: str, *inner: Field, repeated: bool = False) -> Field:
    field: Field = {"name": name, "type": kind, "mode": "REPEATED" if repeated else "NULLABLE"}
    return {**field, "fields": list(inner)} if inner else field


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(_field(name, "STRING") for name in names)


def ga4_events() -> list[Field]:
    """The table ``events_YYYYMMDD`` as BigQuery describes it."""
    value = _field(
        "value", "RECORD", *_texts("string_value"), _field("int_value", "INTEGER"), _field("double_value", "FLOAT")
    )
    return [
        *_texts("event_date"),
        _field("event_timestamp", "INTEGER"),
        *_texts("event_name"),
        _field("event_params", "RECORD", *_texts("key"), value, repeated=True),
        _field("event_value_in_usd", "FLOAT"),
        _field("event_bundle_sequence_id", "INTEGER"),
        *_texts("user_id", "user_pseudo_id"),
        _field("privacy_info", "RECORD", *_texts("analytics_storage", "ads_storage", "uses_transient_token")),
        _field("user_properties", "RECORD", *_texts("key"), value, repeated=True),
        _field("user_first_touch_timestamp", "INTEGER"),
        _field("user_ltv", "RECORD", _field("revenue", "FLOAT"), *_texts("currency")),
        _field(
            "device",
            "RECORD",
            *_texts("category", "mobile_brand_name", "mobile_model_name", "operating_system", "vendor_id"),
            *_texts("advertising_id", "language", "browser", "browser_version"),
            _field("web_info", "RECORD", *_texts("browser", "browser_version", "hostname")),
        ),
        _field("geo", "RECORD", *_texts("continent", "country", "region", "city", "metro")),
        _field("traffic_source", "RECORD", *_texts("name", "medium", "source")),
        *_texts("stream_id", "platform"),
        _field(
            "collected_traffic_source", "RECORD", *_texts("manual_source", "manual_medium", "gclid", "dclid", "srsltid")
        ),
        _field(
            "ecommerce",
            "RECORD",
            _field("total_item_quantity", "INTEGER"),
            _field("purchase_revenue", "FLOAT"),
            *_texts("transaction_id"),
        ),
        _field(
            "items", "RECORD", *_texts("item_id", "item_name", "item_category"), _field("price", "FLOAT"), repeated=True
        ),
    ]


def logpush_fields() -> dict[str, object]:
    """A Logpush job on ``http_requests`` with the fields it is set to send."""
    return {
        "dataset": "http_requests",
        "output_options": {
            "field_names": [
                "CacheCacheStatus",
                "ClientASN",
                "ClientCity",
                "ClientCountry",
                "ClientDeviceClass",
                "ClientIP",
                "ClientLatitude",
                "ClientLongitude",
                "ClientRegionCode",
                "ClientRequestHost",
                "ClientRequestMethod",
                "ClientRequestReferer",
                "ClientRequestURI",
                "ClientRequestUserAgent",
                "ClientSrcPort",
                "Cookies",
                "EdgeColoCode",
                "EdgeResponseStatus",
                "EdgeServerIP",
                "EdgeStartTimestamp",
                "JA3Hash",
                "JA4",
                "LeakedCredentialCheckResult",
                "OriginIP",
                "RayID",
                "SecurityActions",
                "WAFAttackScore",
                "ZoneName",
            ],
            "timestamp_format": "rfc3339",
        },
    }
