import { describeWrapping } from "../wrapping.ts";
import { v1Kit } from "./kit.ts";

describeWrapping(v1Kit);
