"""OpenGL shading-language sources of the renderer."""

VERTEX = """#version 330
in vec3 in_position; in vec3 in_normal; in vec3 in_rest; in vec3 in_colour; in vec4 in_material;
uniform mat4 projection; uniform mat4 light_projection;
out vec3 position; out vec3 normal; out vec3 rest; out vec3 colour; out vec4 material;
out vec4 light_position;
void main() {
  position = in_position; normal = in_normal; rest = in_rest; colour = in_colour; material = in_material;
  light_position = light_projection * vec4(in_position, 1.0);
  gl_Position = projection * vec4(in_position, 1.0);
}
"""

_COMMON = """#version 330
in vec3 position; in vec3 normal; in vec3 rest; in vec3 colour; in vec4 material;
in vec4 light_position;
uniform vec3 eye; uniform vec3 sun_direction; uniform vec3 sun_colour; uniform vec3 sky; uniform vec3 ground;
uniform vec3 fill_direction; uniform vec3 fill_colour; uniform float exposure; uniform float softness;
uniform sampler2DShadow shadow; uniform sampler2D picture; uniform sampler3D noise;
uniform vec4 capsule_start[24]; uniform vec4 capsule_end[24]; uniform int capsules; uniform int receives;
layout(location = 0) out vec4 result;
vec3 tone(vec3 c) {
  c = 1.0 - exp(-c * 1.15);
  c = mix(vec3(dot(c, vec3(0.3, 0.6, 0.1))), c, 0.88);
  return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2));
}
float lit(float angle, float radius) {
  vec3 q = light_position.xyz / light_position.w * 0.5 + 0.5;
  if (any(lessThan(q, vec3(0.0))) || any(greaterThan(q, vec3(1.0)))) return 1.0;
  float s = 0.0;
  for (int i = 0; i < 8; i++) {
    float r = sqrt((float(i) + 0.5) / 8.0) * radius, t = float(i) * 2.39996 + angle;
    s += 0.125 * texture(shadow, vec3(q.xy + r * vec2(cos(t), sin(t)), q.z - 0.0012));
  }
  return s;
}
float dither() { return fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5) * 6.283; }
"""

PERSON = (
    _COMMON
    + """
float value(vec3 p) { return texture(noise, p / 24.0).r; }
float value2(vec3 p) { return 0.62 * value(p) + 0.38 * value(p * 2.7 + 3.0); }
vec3 gradient(vec3 p) { return texture(noise, p / 24.0).gba * 2.0 - 1.0; }
void main() {
  vec3 N = normalize(normal), V = normalize(eye - position), albedo = colour;
  if (dot(N, V) < 0.0) N = -N;
  float roughness = material.x, gloss = material.y, bump = material.z, kind = material.w;
  bool is_skin = kind < 0.5;
  if (bump > 0.0) {
    vec3 g = gradient(rest * vec3(34.0, 34.0, 20.0)) + 0.6 * gradient(rest * vec3(80.0, 80.0, 60.0));
    N = normalize(N - bump * (g - N * dot(g, N)));
  }
  float fine = value2(rest * 40.0), coarse = value2(rest * 9.0);
  if (is_skin) albedo *= mix(vec3(0.90, 0.86, 0.84), vec3(1.08, 1.09, 1.09), 0.5 * fine + 0.5 * coarse);
  else if (kind < 1.5) albedo *= 0.88 + 0.24 * (0.5 * value2(rest * 160.0) + 0.5 * coarse);
  else if (kind < 2.5) {
#ifdef HAIR
    if (roughness < 0.95 && value(rest * vec3(420.0, 420.0, 160.0)) * 0.8 + 0.1 > roughness) discard;
#endif
    roughness = 0.75;
    albedo *= 0.7 + 0.6 * value(rest * vec3(260.0, 260.0, 40.0));
  }
  float cosine = dot(N, sun_direction), wrap = is_skin ? 0.18 : 0.03;
  float diffuse = clamp((cosine + wrap) / (1.0 + wrap), 0.0, 1.0), s = lit(dither(), softness);
  vec3 ambient = mix(ground, sky, N.z * 0.5 + 0.5);
  vec3 H = normalize(V + sun_direction);
  float shine = gloss * pow(max(dot(N, H), 0.0), mix(120.0, 6.0, roughness)) * (1.0 - roughness * 0.6);
  float rim = pow(1.0 - max(dot(N, V), 0.0), 4.0) * gloss * 0.6;
  float f = clamp(dot(N, fill_direction) * 0.5 + 0.5, 0.0, 1.0);
  vec3 c = albedo * (ambient + sun_colour * diffuse * s + fill_colour * f * f);
  c += sun_colour * shine * s + sky * rim;
  if (is_skin) c += albedo * vec3(0.25, 0.05, 0.03) * sun_colour * s * exp(-cosine * cosine * 18.0) * 0.35;
  result = vec4(tone(c * exposure), 1.0);
}
"""
)

HAIR = PERSON.replace("#version 330", "#version 330\n#define HAIR")

ROOM = (
    _COMMON
    + """
void main() {
  vec3 N = normal, albedo = texture(picture, rest.xy).rgb;
  albedo = albedo * albedo * (0.2 + 0.8 * albedo) * colour;
  float s = 1.0, open = 1.0;
  if (receives == 1) {
    vec2 d2 = position.xy - vec2(0.15, 0.0);
    float far2 = dot(d2, d2);
    if (far2 < 6.0) s = lit(dither(), softness * 1.5);
    if (far2 < 1.6) for (int i = 0; i < 24; i++) {
      if (i >= capsules) break;
      vec3 A = capsule_start[i].xyz, axis = capsule_end[i].xyz - A, p = position - A;
      float R = capsule_start[i].w, t = clamp(dot(p, axis) / dot(axis, axis), 0.0, 1.0);
      vec3 d = A + t * axis - position;
      float l2 = dot(d, d);
      open *= 1.0 - 0.8 * clamp(dot(N, d) * inversesqrt(l2), 0.0, 1.0) * R * R / (R * R + l2);
    }
  }
  float f = clamp(dot(N, fill_direction) * 0.5 + 0.5, 0.0, 1.0);
  vec3 around = mix(ground, sky, N.z * 0.5 + 0.5) + fill_colour * f * f;
  vec3 c = albedo * (around * open + sun_colour * clamp(dot(N, sun_direction), 0.0, 1.0) * s);
  result = vec4(tone(c * exposure), 1.0);
}
"""
)

SHADOW_VERTEX = """#version 330
in vec3 in_position; uniform mat4 light_projection;
void main() { gl_Position = light_projection * vec4(in_position, 1.0); }
"""

SHADOW_FRAGMENT = """#version 330
void main() {}
"""
