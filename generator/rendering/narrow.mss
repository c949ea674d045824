<?xml version="1.0" encoding="UTF-8"?>
<museScore version="3.01">
  <Style>
    <pageTwosided>0</pageTwosided>
    <pageWidth>4.25</pageWidth>
    <pageHeight>6.9</pageHeight>
    <pagePrintableWidth>3.89</pagePrintableWidth>
    <pageEvenLeftMargin>0.22</pageEvenLeftMargin>
    <pageOddLeftMargin>0.22</pageOddLeftMargin>
    <pageEvenTopMargin>0.25</pageEvenTopMargin>
    <pageOddTopMargin>0.25</pageOddTopMargin>
    <pageEvenBottomMargin>0.25</pageEvenBottomMargin>
    <pageOddBottomMargin>0.25</pageOddBottomMargin>
    <musicalSymbolFont>Bravura</musicalSymbolFont>
    <musicalTextFont>Bravura Text</musicalTextFont>
    <Spatium>1.7</Spatium>
    <akkoladeDistance>7</akkoladeDistance>
    <minSystemDistance>8.5</minSystemDistance>
    <maxSystemDistance>14</maxSystemDistance>
    <lastSystemFillLimit>0.4</lastSystemFillLimit>
    <titleFontSize>17</titleFontSize>
    <subTitleFontSize>9</subTitleFontSize>
    <subTitleFontStyle>2</subTitleFontStyle>
    <subTitleOffset x="0" y="8"/>
    <tempoFontSize>10</tempoFontSize>
    <measureNumberFontStyle>2</measureNumberFontStyle>
    <footerFontSize>8</footerFontSize>
    <footerOffset x="0" y="16"/>
  </Style>
</museScore>
