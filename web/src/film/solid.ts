/** The figure in space by three.js; loaded only when somebody opens it. */

import {
  CylinderGeometry, DirectionalLight, GridHelper, Group, HemisphereLight, Mesh, MeshLambertMaterial, PerspectiveCamera,
  Quaternion, Scene, SphereGeometry, Vector3, WebGLRenderer,
} from "three";

import { errorOf, jointOf, type Place, SIDES, type Side, type Viewer } from "./data.ts";
import { make } from "./elements.ts";
import { colour } from "./plot.ts";
import { bonesAt, type Bone, type Figure } from "./posture.ts";
import { eyeOf, OBLIQUE, type Seen, solidity } from "./turning.ts";

const [THICK, FAR, LOOK_AT] = [0.035, 3.4, 0.8];
const PIECES = 4;
const UP = new Vector3(0, 1, 0);
const CLOUDS = ["hip", "knee", "ankle"];

/** From forward, left, up to three's right, up, towards the eye. */
function inScene([x, y, z]: Place): Vector3 {
  return new Vector3(x, z, -y);
}

/** A bone: one rod, or for the right side pieces with gaps between. */
class Rod {
  readonly group = new Group();
  private readonly material: MeshLambertMaterial;

  constructor(side: Side | null) {
    this.material = new MeshLambertMaterial({ color: colour(side ?? "ink"), transparent: true });
    const [count, long] = side === "right" ? [PIECES, 0.6 / PIECES] : [1, 1];
    const rod = new CylinderGeometry(THICK, THICK, long, 16);
    for (let i = 0; i < count; i += 1) {
      const piece = new Mesh(rod, this.material);
      piece.position.y = (i + 0.5) / count;
      this.group.add(piece);
    }
  }

  place({ from, to, sd }: Bone): void {
    const [start, end] = [inScene(from), inScene(to)];
    const along = end.clone().sub(start);
    this.group.visible = true;
    this.group.position.copy(start);
    this.group.scale.set(1, Math.max(along.length(), 1e-6), 1);
    this.group.quaternion.copy(new Quaternion().setFromUnitVectors(UP, along.normalize()));
    this.material.opacity = solidity(sd);
  }
}

/** Round a joint, as wide as one standard deviation of where it is. */
class Cloud {
  readonly mesh: Mesh;

  constructor(side: Side) {
    const material = new MeshLambertMaterial({ color: colour(side), transparent: true, opacity: 0.25, depthWrite: false });
    this.mesh = new Mesh(new SphereGeometry(1, 24, 16), material);
  }

  place(centre: Place | null, sd: number | null): void {
    this.mesh.visible = centre !== null && sd !== null;
    if (centre === null || sd === null) return;
    this.mesh.position.copy(inScene(centre));
    this.mesh.scale.setScalar(Math.max(sd, THICK * 1.3));
  }
}

export class SolidFigure implements Figure {
  readonly element = make("canvas", { "aria-hidden": "true" });
  private readonly viewer: Viewer;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(38, 1, 0.1, 20);
  private readonly rods = new Map<string, Rod>();
  private readonly clouds = new Map<string, Cloud>();
  private seen: Seen = OBLIQUE;
  private frame = 0;

  /** Throws where the browser has no WebGL. */
  constructor(viewer: Viewer) {
    this.viewer = viewer;
    this.renderer = new WebGLRenderer({ canvas: this.element, alpha: true, antialias: true });
    const light = new DirectionalLight(0xffffff, 1.6);
    light.position.set(2, 4, 3);
    this.scene.add(new HemisphereLight(0xffffff, 0x888888, 1.8), light, new GridHelper(2, 8, colour("soft"), colour("line")));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(frame: number): void {
    this.frame = frame;
    for (const rod of this.rods.values()) rod.group.visible = false;
    bonesAt(this.viewer, frame).forEach((bone, i) => this.rodOf(bone.side, i).place(bone));
    for (const side of SIDES) {
      for (const joint of CLOUDS) {
        this.cloudOf(side, joint).place(jointOf(this.viewer, frame, side, joint), errorOf(this.viewer, frame, side, joint));
      }
    }
    this.draw();
  }

  see(seen: Seen): void {
    this.seen = seen;
    this.draw();
  }

  private rodOf(side: Side | null, number: number): Rod {
    const name = `${side ?? "body"} ${number}`;
    let rod = this.rods.get(name);
    if (!rod) {
      rod = new Rod(side);
      this.rods.set(name, rod);
      this.scene.add(rod.group);
    }
    return rod;
  }

  private cloudOf(side: Side, joint: string): Cloud {
    const name = `${side} ${joint}`;
    let cloud = this.clouds.get(name);
    if (!cloud) {
      cloud = new Cloud(side);
      this.clouds.set(name, cloud);
      this.scene.add(cloud.mesh);
    }
    return cloud;
  }

  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    this.renderer.setPixelRatio(window.devicePixelRatio || 1);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    const centre = new Vector3(0, LOOK_AT, 0);
    this.camera.position.copy(inScene(eyeOf(this.seen)).multiplyScalar(FAR).add(centre));
    this.camera.lookAt(centre);
    this.renderer.render(this.scene, this.camera);
    this.element.dataset["frame"] = String(this.frame);
  }
}
