<?xml version="1.0" encoding="UTF-8"?>
<museScore version="3.01">
  <Style>
    <pageTwosided>0</pageTwosided>
    <pageEvenBottomMargin>0.95</pageEvenBottomMargin>
    <pageOddBottomMargin>0.95</pageOddBottomMargin>
    <musicalSymbolFont>Bravura</musicalSymbolFont>
    <musicalTextFont>Bravura Text</musicalTextFont>
    <Spatium>1.7</Spatium>
    <akkoladeDistance>7</akkoladeDistance>
    <minSystemDistance>8.5</minSystemDistance>
    <maxSystemDistance>14</maxSystemDistance>
    <lastSystemFillLimit>0.4</lastSystemFillLimit>
    <titleFontSize>22</titleFontSize>
    <subTitleFontSize>12</subTitleFontSize>
    <subTitleFontStyle>2</subTitleFontStyle>
    <subTitleOffset x="0" y="11"/>
    <tempoFontSize>10</tempoFontSize>
    <measureNumberFontStyle>2</measureNumberFontStyle>
    <footerFontSize>8</footerFontSize>
    <footerOffset x="0" y="16"/>
  </Style>
</museScore>
