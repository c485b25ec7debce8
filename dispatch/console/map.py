"""`/map/`: the city with its calls and units in a window of its own, and the base it is drawn on."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.console.pages import MAP, page
from dispatch.geo.geojson import areas_geojson, places_geojson, streets_geojson
from hearteam.problems import NotAllowed
from partners.access import Actor, Permission, actor_for


@page(MAP)
def map_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    tracks = actor.may(Permission.TRACK_READ)
    return render(request, "dispatch/map.html", {"actor": actor, "zone": settings.TIME_ZONE, "tracks": tracks})


@extend_schema(responses={200: OpenApiTypes.OBJECT})
@api_view(["GET"])
def map_data(request: Request) -> Response:
    """`{areas, streets, places}`: GeoJSON of the city, simplified, for those who may read the board."""
    if not actor_for(request.user).may(Permission.BOARD_READ):
        raise NotAllowed("The map belongs to those who read the board.")
    response = Response({"areas": areas_geojson(), "streets": streets_geojson(), "places": places_geojson()})
    patch_cache_control(response, private=True, max_age=300)
    return response
