import { describeRugPull } from "../rug-pull.ts";
import { v2Kit } from "./kit.ts";

describeRugPull(v2Kit);
