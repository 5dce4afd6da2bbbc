"""Software OpenGL renderer (EGL): shadow map, sky and fill light, procedural cloth and skin.

Anisotropic filtering stays off: the software rasteriser can hang in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import moderngl
import numpy as np
from numpy.typing import NDArray

from . import shaders
from .camera import Camera, look_at
from .mesh import Array, Index, vertex_normals

if TYPE_CHECKING:
    from .regions import Layer

Image = NDArray[np.uint8]
SHADOW_PIXELS = 1536
SAMPLES = 4
CLEARANCE_M = 1.2
MAX_CAPSULES = 24
CULLED_LAYERS = ("skin", "shoe", "sock")
SHADOW_RADIUS_M = 1.6
SUN_DISTANCE_M = 4.5
SHADOW_NEAR_M, SHADOW_FAR_M = 0.1, 9.0
ROOM_MATERIAL = (0.8, 0.03, 0.0, 9.0)


@dataclass(frozen=True)
class Light:
    """Sun (or lamp), sky, ground and fill light; directions are unit vectors toward the light.

    `softness` is the width of the shadow's edge as a share of the shadow map.
    """

    sun_direction: Array
    sun_colour: tuple[float, float, float]
    sky: tuple[float, float, float]
    ground: tuple[float, float, float]
    fill_direction: Array
    fill_colour: tuple[float, float, float]
    softness: float
    background: tuple[float, float, float]
    exposure: float

    def projection(self, target: Array) -> Array:
        """Orthographic projection (4, 4) of the shadow map round a target (3,) in metres."""
        up = np.array([0.0, 1.0, 0.0]) if abs(self.sun_direction[2]) > 0.95 else np.array([0.0, 0.0, 1.0])
        rotation, translation = look_at(target + self.sun_direction * SUN_DISTANCE_M, target, up)
        view = np.eye(4)
        flip = np.array([1.0, -1.0, -1.0])
        view[:3, :3], view[:3, 3] = flip[:, None] * rotation, flip * translation
        near, far = SHADOW_NEAR_M, SHADOW_FAR_M
        lens = np.diag([1 / SHADOW_RADIUS_M, 1 / SHADOW_RADIUS_M, -2 / (far - near), 1.0])
        lens[2, 3] = -(far + near) / (far - near)
        return lens @ view


@dataclass(frozen=True)
class Panel:
    """A textured piece of the room.

    Attributes
    ----------
    vertices, faces : (v, 3) metres and (f, 3)
    texture_coordinates : (v, 3), the third unused
    texture : (h, w, 3) uint8
    wall : point and inward normal of its wall; it is left out when the camera is behind or near that wall
    receives : takes the person's shadow
    """

    vertices: Array
    faces: Index
    texture_coordinates: Array
    texture: Image
    wall: tuple[Array, Array] | None = None
    receives: bool = False


@dataclass
class _Drawable:
    """One mesh on the card: `moving` holds positions and normals."""

    faces: Index
    moving: moderngl.Buffer
    array: moderngl.VertexArray
    shadow: moderngl.VertexArray | None
    texture: moderngl.Texture | None = None
    wall: tuple[Array, Array] | None = None
    receives: bool = False
    culled: bool = False

    def move(self, vertices: Array) -> None:
        """Write new positions (v, 3)."""
        block = np.concatenate([vertices, vertex_normals(vertices, self.faces)], axis=1)
        self.moving.write(block.astype("f4").tobytes())


class Renderer:
    """Draws one film: a still room and a moving person, seen by one camera."""

    def __init__(self, camera: Camera, light: Light, panels: list[Panel], layers: list[Layer]) -> None:
        self.camera, self.light = camera, light
        context = moderngl.create_context(standalone=True, backend="egl")
        self.context = context
        self.person_program = context.program(shaders.VERTEX, shaders.PERSON)
        self.hair_program = context.program(shaders.VERTEX, shaders.HAIR)
        self.room_program = context.program(shaders.VERTEX, shaders.ROOM)
        self.shadow_program = context.program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self.target = self._multisampled()
        self.still_room = self._multisampled()
        self.output = context.framebuffer([context.renderbuffer(camera.size, 3)])
        self.shadow_map = context.depth_texture((SHADOW_PIXELS, SHADOW_PIXELS))
        self.shadow_map.compare_func = "<="
        self.shadow_map.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.shadow_map.repeat_x = self.shadow_map.repeat_y = False
        self.shadow_target = context.framebuffer(depth_attachment=self.shadow_map)
        self.noise = self._noise_volume()
        self.room = [self._panel(panel) for panel in panels]
        self.person = {layer.name: self._layer(layer) for layer in layers}
        self.light_projection = light.projection(np.array([0.1, 0.0, 0.8]))
        self._set_uniforms()
        self._draw_still_room()

    def close(self) -> None:
        """Free the card's memory."""
        self.context.release()

    def _multisampled(self) -> moderngl.Framebuffer:
        size, context = self.camera.size, self.context
        colour = context.renderbuffer(size, 3, samples=SAMPLES)
        return context.framebuffer([colour], context.depth_renderbuffer(size, samples=SAMPLES))

    def _noise_volume(self) -> moderngl.Texture3D:
        """Band-limited noise and its gradient, 48 cells wide, the same in every film."""
        n = 48
        wave = np.fft.fftfreq(n) * n
        radius = np.sqrt(wave[:, None, None] ** 2 + wave[None, :, None] ** 2 + wave[None, None, :] ** 2)
        white = np.random.default_rng(7).normal(size=(n, n, n))
        field = np.real(np.fft.ifftn(np.fft.fftn(white) * np.exp(-(((radius - 16) / 9.0) ** 2))))
        field /= field.std()
        slope = np.stack([np.roll(field, -1, axis) - np.roll(field, 1, axis) for axis in (2, 1, 0)], axis=-1)
        slope /= slope.std()
        texels = np.clip(0.5 + 0.2 * np.concatenate([field[..., None], slope], axis=-1), 0, 1)
        texture = self.context.texture3d((n, n, n), 4, (texels * 255).astype(np.uint8).tobytes())
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        return texture

    def _drawable(self, program: moderngl.Program, faces: Index, fixed: Array, casts: bool) -> _Drawable:
        """Put a mesh on the card; `fixed` (v, 10) holds rest position, colour and material."""
        context = self.context
        moving = context.buffer(reserve=len(fixed) * 24, dynamic=True)
        still = context.buffer(fixed.astype("f4").tobytes())
        index = context.buffer(faces.astype("i4").tobytes())
        content = [
            (moving, "3f 3f", "in_position", "in_normal"),
            (still, "3f 3f 4f", "in_rest", "in_colour", "in_material"),
        ]
        array = context.vertex_array(program, content, index, skip_errors=True)
        shadow = None
        if casts:
            shadow = context.vertex_array(self.shadow_program, [(moving, "3f 12x", "in_position")], index)
        return _Drawable(faces, moving, array, shadow)

    def _panel(self, panel: Panel) -> _Drawable:
        count = len(panel.vertices)
        white = np.ones((count, 3))
        material = np.tile(np.array(ROOM_MATERIAL), (count, 1))
        fixed = np.concatenate([panel.texture_coordinates, white, material], axis=1)
        drawable = self._drawable(self.room_program, panel.faces, fixed, casts=False)
        pixels = np.ascontiguousarray(panel.texture[::-1])
        texture = self.context.texture(panel.texture.shape[1::-1], 3, pixels.tobytes())
        texture.build_mipmaps()
        texture.anisotropy = 1.0
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        drawable.texture, drawable.wall, drawable.receives = texture, panel.wall, panel.receives
        drawable.move(panel.vertices)
        return drawable

    def _layer(self, layer: Layer) -> _Drawable:
        program = self.hair_program if layer.name == "hair" else self.person_program
        fixed = np.concatenate([layer.vertices, layer.colour, layer.material], axis=1)
        drawable = self._drawable(program, layer.faces, fixed, casts=True)
        drawable.culled = layer.name in CULLED_LAYERS
        return drawable

    def _set_uniforms(self) -> None:
        light = self.light
        matrices = {"projection": self.camera.gl_projection(), "light_projection": self.light_projection}
        values: dict[str, Any] = {
            "eye": self.camera.eye,
            "sun_direction": light.sun_direction,
            "sun_colour": light.sun_colour,
            "sky": light.sky,
            "ground": light.ground,
            "fill_direction": light.fill_direction,
            "fill_colour": light.fill_colour,
            "exposure": light.exposure,
            "softness": light.softness,
            "picture": 0,
            "shadow": 1,
            "noise": 2,
        }
        for program in (self.person_program, self.hair_program, self.room_program, self.shadow_program):
            for name, matrix in matrices.items():
                if name in program:
                    program[name].write(matrix.T.astype("f4").tobytes())
            for name, value in values.items():
                if name in program:
                    program[name].value = tuple(map(float, value)) if np.ndim(value) else value

    def _too_near(self, point: Array, normal: Array) -> bool:
        """Whether the camera is behind a wall or where its furniture would stand in the way."""
        return bool((self.camera.eye - point) @ normal < CLEARANCE_M)

    def _draw_panels(self, receiving: bool) -> None:
        for panel in self.room:
            if panel.receives != receiving or panel.texture is None:
                continue
            if panel.wall is not None and self._too_near(*panel.wall):
                continue
            panel.texture.use(0)
            self.room_program["receives"].value = int(panel.receives)
            panel.array.render()

    def _bind(self) -> None:
        self.context.enable(moderngl.DEPTH_TEST)
        self.shadow_map.use(1)
        self.noise.use(2)

    def _draw_still_room(self) -> None:
        self._bind()
        self.still_room.use()
        self.still_room.clear(*self.light.background, 1.0)
        self._draw_panels(receiving=False)

    def _set_capsules(self, capsules: Array) -> None:
        """Capsules (c, 7): start, end, radius in metres; they darken the floor under the body."""
        start, end = np.zeros((MAX_CAPSULES, 4), "f4"), np.zeros((MAX_CAPSULES, 4), "f4")
        start[: len(capsules), :3], start[: len(capsules), 3] = capsules[:, :3], capsules[:, 6]
        end[: len(capsules), :3] = capsules[:, 3:6]
        self.room_program["capsule_start"].write(start.tobytes())
        self.room_program["capsule_end"].write(end.tobytes())
        self.room_program["capsules"].value = len(capsules)

    def draw(self, shapes: dict[str, Array], capsules: Array) -> Image:
        """Draw one frame.

        Parameters
        ----------
        shapes : posed vertices (v, 3) of each layer by name, metres
        capsules : (c, 7) contact-shadow capsules, metres

        Returns
        -------
        (height, width, 3) uint8 picture
        """
        for name, vertices in shapes.items():
            self.person[name].move(vertices)
        self._bind()
        self.shadow_target.use()
        self.shadow_target.clear()
        for layer in self.person.values():
            if layer.shadow is not None:
                layer.shadow.render()
        self._set_capsules(capsules)
        self.context.copy_framebuffer(self.target, self.still_room)
        self.target.use()
        self._draw_panels(receiving=True)
        for layer in reversed(
            self.person.values()
        ):  # clothes before skin, so that hidden skin is skipped early
            if layer.culled:
                self.context.enable(moderngl.CULL_FACE)
            layer.array.render()
            self.context.disable(moderngl.CULL_FACE)
        self.context.copy_framebuffer(self.output, self.target)
        width, height = self.camera.size
        pixels = np.frombuffer(self.output.read(components=3, alignment=1), np.uint8)
        return pixels.reshape(height, width, 3)[::-1]
