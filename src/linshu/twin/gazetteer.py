"""The true cities, districts and streets the simulated company serves, with WGS-84 centres."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class District:
    """One district (区) with its official code, centre and some of its streets (街道)."""

    code: str
    name: str
    longitude: float
    latitude: float
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """One city with its official code, its share of the business and how fast it grows."""

    code: str
    name: str
    province: str
    longitude: float
    latitude: float
    weight: float  # relative number of groups
    growth: float  # members added over the simulated span, relative to the company's
    buying: float  # how readily its members order, 1 = average
    warmest: float  # mean temperature of July, °C
    coldest: float  # mean temperature of January, °C
    districts: tuple[District, ...]


def _districts(text: str) -> tuple[District, ...]:
    found = []
    for line in text.strip().splitlines():
        code, name, longitude, latitude, *streets = line.split()
        found.append(District(code, name, float(longitude), float(latitude), tuple(f"{s}街道" for s in streets)))
    return tuple(found)


WUHAN = City(
    "420100",
    "武汉",
    "湖北省",
    114.305,
    30.593,
    1.5,
    1.0,
    1.08,
    30.0,
    4.5,
    _districts("""
420102 江岸区 114.309 30.620 大智 台北 花桥 二七 后湖 塔子湖 劳动
420103 江汉区 114.265 30.602 万松 唐家墩 常青 汉兴 北湖 新华
420104 硚口区 114.233 30.584 宗关 古田 汉正 长丰 韩家墩 易家
420105 汉阳区 114.218 30.552 琴断口 江汉二桥 四新 永丰 钟家村 龙阳
420106 武昌区 114.322 30.556 中南路 水果湖 徐家棚 白沙洲 积玉桥 南湖
420107 青山区 114.391 30.637 钢花村 红钢城 冶金 红卫路 工人村
420111 洪山区 114.362 30.503 珞南 关山 和平 洪山 张家湾 狮子山
"""),
)
CHANGSHA = City(
    "430100",
    "长沙",
    "湖南省",
    112.982,
    28.194,
    1.3,
    1.25,
    1.0,
    30.0,
    5.0,
    _districts("""
430102 芙蓉区 113.033 28.186 文艺路 朝阳街 五里牌 火星 马王堆 东湖
430103 天心区 112.990 28.115 坡子街 裕南街 新开铺 青园 桂花坪 赤岭路
430104 岳麓区 112.931 28.226 望月湖 银盆岭 观沙岭 梅溪湖 咸嘉湖 橘子洲
430105 开福区 112.986 28.256 伍家岭 四方坪 洪山 芙蓉北路 新河 东风路
430111 雨花区 113.035 28.136 左家塘 侯家塘 东塘 砂子塘 高桥 圭塘
430112 望城区 112.831 28.353 高塘岭 月亮岛 大泽湖 白沙洲
"""),
)
NANCHANG = City(
    "360100",
    "南昌",
    "江西省",
    115.858,
    28.683,
    0.8,
    0.9,
    0.92,
    30.5,
    6.0,
    _districts("""
360102 东湖区 115.899 28.685 百花洲 大院 豫章 董家窑 墩子塘
360103 西湖区 115.877 28.657 桃源 绳金塔 丁公路 南浦 朝阳洲
360104 青云谱区 115.925 28.621 洪都 三家店 徐家坊 京山
360111 青山湖区 115.962 28.682 上海路 南钢 站东 艾溪湖
360113 红谷滩区 115.858 28.698 沙井 凤凰洲 卫东 九龙湖
"""),
)
HEFEI = City(
    "340100",
    "合肥",
    "安徽省",
    117.227,
    31.821,
    0.9,
    1.1,
    0.97,
    29.0,
    3.5,
    _districts("""
340102 瑶海区 117.309 31.858 明光路 胜利路 三里街 七里站 和平路 大通路
340103 庐阳区 117.265 31.879 逍遥津 三孝口 亳州路 杏林 双岗 海棠
340104 蜀山区 117.261 31.851 稻香村 三里庵 笔架山 南七 荷叶地 西园
340111 包河区 117.310 31.793 芜湖路 望湖 骆岗 烟墩 万年埠 常青
"""),
)
ZHENGZHOU = City(
    "410100",
    "郑州",
    "河南省",
    113.625,
    34.746,
    1.0,
    0.95,
    0.94,
    27.5,
    1.0,
    _districts("""
410102 中原区 113.613 34.748 林山寨 建设路 桐柏路 秦岭路 绿东村
410103 二七区 113.640 34.724 解放路 大学路 德化街 五里堡 长江路
410104 管城回族区 113.677 34.754 城东路 东大街 紫荆山南路 航海东路
410105 金水区 113.661 34.800 经八路 花园路 人民路 文化路 丰产路 凤凰台 未来路
410108 惠济区 113.617 34.867 新城 刘寨 长兴路 迎宾路
"""),
)
CHENGDU = City(
    "510100",
    "成都",
    "四川省",
    104.066,
    30.573,
    1.2,
    1.35,
    1.05,
    26.5,
    6.5,
    _districts("""
510104 锦江区 104.117 30.599 春熙路 书院街 牛市口 狮子山 三圣 成龙路
510105 青羊区 104.061 30.674 少城 草堂 光华 金沙 府南
510106 金牛区 104.052 30.691 抚琴 西安路 驷马桥 茶店子 营门口
510107 武侯区 104.043 30.642 玉林 浆洗街 望江路 火车南站 簇桥 红牌楼
510108 成华区 104.102 30.660 猛追湾 双桥子 建设路 万年场 龙潭
"""),
)
HANGZHOU = City(
    "330100",
    "杭州",
    "浙江省",
    120.155,
    30.274,
    1.1,
    1.1,
    1.1,
    29.5,
    5.5,
    _districts("""
330102 上城区 120.197 30.248 望江 凯旋 九堡 四季青 小营
330105 拱墅区 120.150 30.314 大关 米市巷 湖墅 祥符 上塘
330106 西湖区 120.130 30.259 翠苑 文新 古荡 灵隐 北山
330108 滨江区 120.212 30.208 长河 西兴 浦沿
"""),
)
NANJING = City(
    "320100",
    "南京",
    "江苏省",
    118.797,
    32.060,
    1.1,
    1.0,
    1.04,
    28.5,
    3.5,
    _districts("""
320102 玄武区 118.798 32.049 新街口 梅园新村 锁金村 孝陵卫
320104 秦淮区 118.795 32.039 夫子庙 双塘 瑞金路 月牙湖
320105 建邺区 118.732 32.004 莫愁湖 南苑 兴隆 沙洲
320106 鼓楼区 118.770 32.066 湖南路 宁海路 凤凰 江东
"""),
)
XIAN = City(
    "610100",
    "西安",
    "陕西省",
    108.940,
    34.342,
    1.0,
    1.05,
    0.98,
    27.5,
    0.5,
    _districts("""
610103 碑林区 108.941 34.257 南院门 长安路 张家村 太乙路
610104 莲湖区 108.944 34.265 北院门 桃园路 枣园 土门
610112 未央区 108.947 34.293 张家堡 未央宫 大明宫 辛家庙
610113 雁塔区 108.949 34.223 小寨路 大雁塔 电子城 等驾坡
"""),
)

CITIES: tuple[City, ...] = (WUHAN, CHANGSHA, CHENGDU, ZHENGZHOU, HEFEI, NANCHANG, HANGZHOU, NANJING, XIAN)
