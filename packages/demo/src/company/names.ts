import type { SeededRandom } from '../random.ts';

export type Gender = 'female' | 'male';

/** A made-up person: the name in characters, and the family and given name in pinyin without tones. */
export interface PersonName {
  readonly name: string;
  readonly family: string;
  readonly given: string;
  readonly gender: Gender;
}

const families =
  '王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 周zhou 吴wu 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin 高gao 罗luo 郑zheng ' +
  '梁liang 谢xie 宋song 唐tang 许xu 韩han 邓deng 冯feng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong 潘pan 袁yuan 蔡cai 蒋jiang 余yu 杜du 叶ye ' +
  '程cheng 魏wei 苏su 丁ding 沈shen 任ren 姚yao 卢lu 傅fu 钟zhong 姜jiang 崔cui 谭tan 廖liao 范fan 汪wang 陆lu 金jin 石shi 戴dai 夏xia 邱qiu ' +
  '方fang 侯hou 邹zou 孟meng 秦qin 白bai 江jiang 薛xue 尹yin 段duan 黎li 陶tao 贺he 顾gu 郝hao 龚gong 邵shao 严yan';

const femaleGiven =
  '若曦ruoxi 雨桐yutong 诗涵shihan 欣怡xinyi 梦瑶mengyao 佳颖jiaying 思琪siqi 晓彤xiaotong 婉清wanqing 静姝jingshu 雅雯yawen 慧敏huimin ' +
  '可馨kexin 书瑶shuyao 依诺yinuo 紫萱zixuan 艺涵yihan 念慈nianci 秋实qiushi 云溪yunxi 知夏zhixia 沐晴muqing 语桐yutong 安然anran 芸熙yunxi ' +
  '乐怡leyi 清妍qingyan 映雪yingxue 采薇caiwei 令仪lingyi';

const maleGiven =
  '浩然haoran 子轩zixuan 宇航yuhang 俊熙junxi 博文bowen 泽宇zeyu 明哲mingzhe 嘉懿jiayi 志远zhiyuan 建安jianan 文韬wentao 景行jingxing ' +
  '云帆yunfan 承泽chengze 思源siyuan 立恒liheng 维桢weizhen 启明qiming 书航shuhang 晨阳chenyang 海川haichuan 家栋jiadong 永康yongkang ' +
  '正豪zhenghao 远舟yuanzhou 新宇xinyu 皓轩haoxuan 砚秋yanqiu 君浩junhao 天佑tianyou';

interface Syllables {
  readonly characters: string;
  readonly pinyin: string;
}

function parse(list: string): readonly Syllables[] {
  return list.split(' ').map((entry) => {
    const at = entry.search(/[a-z]/);
    return { characters: entry.slice(0, at), pinyin: entry.slice(at) };
  });
}

const familyNames = parse(families);
const givenNames: Readonly<Record<Gender, readonly Syllables[]>> = { female: parse(femaleGiven), male: parse(maleGiven) };

/** Draws a name. Two draws can give the same one; whoever needs them apart draws again. */
export function drawName(random: SeededRandom): PersonName {
  const gender: Gender = random.chance(0.5) ? 'female' : 'male';
  const family = random.pick(familyNames);
  const given = random.pick(givenNames[gender]);
  return { name: family.characters + given.characters, family: family.pinyin, given: given.pinyin, gender };
}
