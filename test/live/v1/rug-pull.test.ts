import { describeRugPull } from "../rug-pull.ts";
import { v1Kit } from "./kit.ts";

describeRugPull(v1Kit);
