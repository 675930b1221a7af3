import { describeWrapping } from "../wrapping.ts";
import { v2Kit } from "./kit.ts";

describeWrapping(v2Kit);
