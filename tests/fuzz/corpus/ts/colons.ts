@problemName x
@data
:::,,
