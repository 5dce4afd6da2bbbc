/** A person whose angles are known, as a network would read them from a picture. */

const LEFT = [11, 23, 25, 27, 29, 31];
const RIGHT = [12, 24, 26, 28, 30, 32];
const HEAD = [0, 2, 5, 7, 8];
const LENGTH = { shank: 0.4, thigh: 0.41, trunk: 0.5, head: 0.28 };
const WIDTH = { shoulder: 0.36, hip: 0.2 };

const rad = (angle) => (angle * Math.PI) / 180;

/**
 * Landmarks of somebody in a squat, feet under `x = 0`; lab frame x forward, y to their left, z up. [m]
 * `inside` moves both knees towards the midline.
 */
export function landmarks({ shin = 0, thigh = 0, trunk = 0, inside = 0, floor = 0 } = {}) {
  const lab = Array.from({ length: 33 }, () => [0, 0, 1]);
  const knee = [LENGTH.shank * Math.sin(rad(shin)), LENGTH.shank * Math.cos(rad(shin))];
  const hip = [knee[0] - LENGTH.thigh * Math.sin(rad(thigh)), knee[1] + LENGTH.thigh * Math.cos(rad(thigh))];
  const shoulder = [hip[0] + LENGTH.trunk * Math.sin(rad(trunk)), hip[1] + LENGTH.trunk * Math.cos(rad(trunk))];
  for (const [indices, out] of [[LEFT, 1], [RIGHT, -1]]) {
    const half = (out * WIDTH.hip) / 2;
    lab[indices[0]] = [shoulder[0], (out * WIDTH.shoulder) / 2, shoulder[1]];
    lab[indices[1]] = [hip[0], half, hip[1]];
    lab[indices[2]] = [knee[0], half - out * inside, knee[1]];
    lab[indices[3]] = [0, half, 0];
    lab[indices[4]] = [-0.06, half, -0.06];
    lab[indices[5]] = [0.15, half, -0.06];
  }
  for (const index of HEAD) lab[index] = [shoulder[0] + 0.08, 0, shoulder[1] + LENGTH.head];
  return lab.map(([x, y, z]) => [x, y, z + floor]);
}

/**
 * The reading of a camera far away, at an azimuth seen from the person; `scale` is the picture's height in metres, and
 * the middle of the picture is `centre` metres above the ankles and `aside` metres beside them.
 */
export function reading(lab, { azimuth = 90, time = 0, width = 640, height = 480, scale = 2.4, centre = 0.75, aside = 0, tilt = 0, seen = 1 } = {}) {
  const [cos, sin] = [Math.cos(rad(azimuth)), Math.sin(rad(azimuth))];
  const camera = lab.map(([x, y, z]) => {
    const away = -cos * x - sin * y;
    const up = z - centre;
    return [-sin * x + cos * y - aside, -(up * Math.cos(rad(tilt)) - away * Math.sin(rad(tilt))), up * Math.sin(rad(tilt)) + away * Math.cos(rad(tilt))];
  });
  const hip = [0, 1, 2].map((i) => (camera[23][i] + camera[24][i]) / 2);
  const perMetre = height / scale;
  return {
    time, width, height,
    points: camera.map(([x, y, z]) => ({ x: 0.5 + (x * perMetre) / width, y: 0.5 + (y * perMetre) / height, z, visibility: seen })),
    world: camera.map(([x, y, z]) => ({ x: x - hip[0], y: y - hip[1], z: z - hip[2], visibility: seen })),
  };
}

/** Readings of repeated squats between standing and the given angles, `rate` pictures a second. */
export function squats(count, { shin = 30, thigh = 90, trunk = 35, inside = 0, seconds = 3, rate = 24, ...view } = {}) {
  const readings = [];
  const pause = 1;
  for (let i = 0; i < (count * (seconds + pause) + 2) * rate; i++) {
    const time = i / rate;
    const phase = (time - pause) / (seconds + pause);
    const within = (phase - Math.floor(phase)) * (seconds + pause);
    const share = phase < 0 || phase >= count || within > seconds ? 0 : (1 - Math.cos((2 * Math.PI * within) / seconds)) / 2;
    readings.push(reading(landmarks({ shin: shin * share, thigh: thigh * share, trunk: trunk * share, inside: inside * Math.sin(Math.PI * share) }), { ...view, time }));
  }
  return readings;
}

/** The same through a mirror: left and right exchanged, as the network names what it sees. */
export function mirrored({ points, world, ...rest }) {
  const swap = (all, flip) => {
    const out = all.map(flip);
    for (let i = 0; i < LEFT.length; i++) [out[LEFT[i]], out[RIGHT[i]]] = [out[RIGHT[i]], out[LEFT[i]]];
    return out;
  };
  return {
    ...rest,
    points: swap(points, (p) => ({ ...p, x: 1 - p.x })),
    world: swap(world, (p) => ({ ...p, x: -p.x })),
  };
}
