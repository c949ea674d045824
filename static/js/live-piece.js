/** A piece that is being made, kept fresh: <live-piece src="/pieces/…/?fragment=1">. */
import { LiveFragment } from "./live-fragment.js";

export { pause } from "./live-fragment.js";

customElements.define("live-piece", class extends LiveFragment {});
